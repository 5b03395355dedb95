/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: storms
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Table structure for table `metaserver_difficulty_levels`
--

DROP TABLE IF EXISTS `metaserver_difficulty_levels`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `metaserver_difficulty_levels` (
  `difficulty` tinyint(4) NOT NULL,
  `difficulty_name` varchar(32) NOT NULL,
  PRIMARY KEY (`difficulty`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `metaserver_difficulty_levels`
--

LOCK TABLES `metaserver_difficulty_levels` WRITE;
/*!40000 ALTER TABLE `metaserver_difficulty_levels` DISABLE KEYS */;
INSERT INTO `metaserver_difficulty_levels` VALUES
(0,'Timid'),
(2,'Normal'),
(4,'Legendary');
/*!40000 ALTER TABLE `metaserver_difficulty_levels` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `metaserver_games`
--

DROP TABLE IF EXISTS `metaserver_games`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `metaserver_games` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `room_type` tinyint(4) NOT NULL,
  `team_count` int(11) NOT NULL DEFAULT 0,
  `player_count` int(11) NOT NULL DEFAULT 0,
  `game_name` varchar(32) NOT NULL,
  `map_name` varchar(64) NOT NULL,
  `scoring` tinyint(4) NOT NULL,
  `difficulty` tinyint(4) NOT NULL,
  `time_limit` int(11) NOT NULL,
  `planning_time_limit` int(11) NOT NULL,
  `cooperative` tinyint(1) NOT NULL,
  `allow_teams` tinyint(1) NOT NULL,
  `allow_unit_trading` tinyint(1) NOT NULL,
  `allow_veterans` tinyint(1) NOT NULL,
  `allow_alliances` tinyint(1) NOT NULL,
  `overhead_map` tinyint(1) NOT NULL,
  `deathmatch` tinyint(1) NOT NULL,
  `vtfl` tinyint(1) NOT NULL,
  `anti_clump` tinyint(1) NOT NULL,
  `start_datetime` timestamp NOT NULL DEFAULT '0000-00-00 00:00:00',
  `end_datetime` timestamp NOT NULL DEFAULT '0000-00-00 00:00:00',
  `ended_code` tinyint(4) NOT NULL,
  `duration` int(11) NOT NULL,
  `recording_file_name` varchar(256) NOT NULL,
  `recording_url` varchar(256) DEFAULT NULL,
  `insert_datetime` timestamp NOT NULL DEFAULT current_timestamp(),
  PRIMARY KEY (`id`),
  KEY `difficulty` (`difficulty`),
  CONSTRAINT `games_difficulty` FOREIGN KEY (`difficulty`) REFERENCES `metaserver_difficulty_levels` (`difficulty`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `metaserver_games`
--

LOCK TABLES `metaserver_games` WRITE;
/*!40000 ALTER TABLE `metaserver_games` DISABLE KEYS */;
INSERT INTO `metaserver_games` VALUES
(1,1,3,3,'Come, and die','Proving Grounds',0,2,18000,0,0,1,1,1,0,1,0,0,0,'2015-06-14 11:20:00','2015-06-14 11:30:00',0,18000,'2015.m2rec',NULL,'2015-06-14 11:30:01'),
(2,0,1,2,'Together','Crow\'s Bridge',13,4,0,0,1,1,0,1,1,1,0,0,0,'2015-06-01 10:00:00','2015-06-01 11:00:00',1,108000,'',NULL,'2015-06-01 11:00:01'),
(3,2,3,3,'Cup','Desert Between Your Ears',5,2,36000,1800,0,1,1,0,0,1,0,0,1,'2015-07-01 10:00:00','2015-07-01 10:20:00',0,36000,'',NULL,'2015-07-01 10:20:01');
/*!40000 ALTER TABLE `metaserver_games` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `metaserver_games_teams`
--

DROP TABLE IF EXISTS `metaserver_games_teams`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `metaserver_games_teams` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `metaserver_games_id` int(11) NOT NULL,
  `place` tinyint(4) NOT NULL,
  `place_tie` tinyint(1) NOT NULL,
  `spectators` tinyint(1) NOT NULL,
  `eliminated` tinyint(1) NOT NULL,
  `team_name` varchar(32) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `metaserver_games_id` (`metaserver_games_id`)
) ENGINE=InnoDB AUTO_INCREMENT=8 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `metaserver_games_teams`
--

LOCK TABLES `metaserver_games_teams` WRITE;
/*!40000 ALTER TABLE `metaserver_games_teams` DISABLE KEYS */;
INSERT INTO `metaserver_games_teams` VALUES
(1,1,2,0,0,1,'Dark'),
(2,1,1,0,0,0,'Light'),
(3,1,127,0,1,0,'Spectators'),
(4,2,2,0,0,0,'All'),
(5,3,1,1,0,0,'One'),
(6,3,1,1,0,0,'Two'),
(7,3,3,0,0,1,'Three');
/*!40000 ALTER TABLE `metaserver_games_teams` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `metaserver_games_teams_players`
--

DROP TABLE IF EXISTS `metaserver_games_teams_players`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `metaserver_games_teams_players` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `metaserver_games_teams_id` int(11) NOT NULL,
  `user_id` int(11) DEFAULT NULL,
  `nick_name` varchar(32) NOT NULL,
  `team_name` varchar(32) NOT NULL,
  `primary_color` int(11) NOT NULL,
  `secondary_color` int(11) NOT NULL,
  `coat_of_arms_bitmap_index` int(11) NOT NULL,
  `game_version` int(11) NOT NULL,
  `build_number` int(11) NOT NULL,
  `ip_address` varchar(45) NOT NULL,
  `host` tinyint(1) NOT NULL,
  `captain` tinyint(1) NOT NULL,
  `dropped` tinyint(1) NOT NULL,
  `units_killed` int(11) NOT NULL,
  `units_lost` int(11) NOT NULL,
  `damage_given` int(11) NOT NULL,
  `damage_taken` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `user_id` (`user_id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `metaserver_games_teams_players`
--

LOCK TABLES `metaserver_games_teams_players` WRITE;
/*!40000 ALTER TABLE `metaserver_games_teams_players` DISABLE KEYS */;
INSERT INTO `metaserver_games_teams_players` VALUES
(1,1,1,'|bSoul|pblighter','Dark',1,2,3,2180,428,'192.0.2.1',0,1,1,9,21,450,1050),
(2,2,2,'Alric','Light',1,2,3,2180,428,'192.0.2.2',1,1,0,21,9,1050,450),
(3,3,NULL,'A guest','',1,2,3,2180,428,'192.0.2.3',0,0,0,0,0,0,0),
(4,4,2,'Alric','Light',1,2,3,2180,428,'192.0.2.2',1,1,0,50,40,2000,1500),
(5,4,3,'o\'Conner \\o/','',1,2,3,2180,428,'192.0.2.4',0,0,0,30,20,1000,900),
(6,5,1,'|bSoul|pblighter','Dark',1,2,3,2180,428,'192.0.2.1',1,1,0,10,10,500,500),
(7,6,2,'Alric','Light',1,2,3,2180,428,'192.0.2.2',0,1,0,10,10,500,500),
(8,7,4,'Zoë','',1,2,3,2180,428,'192.0.2.5',0,1,0,5,15,200,700);
/*!40000 ALTER TABLE `metaserver_games_teams_players` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `metaserver_login_tokens`
--

DROP TABLE IF EXISTS `metaserver_login_tokens`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `metaserver_login_tokens` (
  `user_id` int(11) NOT NULL,
  `steam_id` bigint(20) unsigned NOT NULL,
  `user_name_token` varchar(32) NOT NULL,
  `password_token` varchar(32) NOT NULL,
  UNIQUE KEY `steam_id` (`steam_id`),
  KEY `login_user` (`user_id`),
  CONSTRAINT `login_user` FOREIGN KEY (`user_id`) REFERENCES `metaserver_users` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `metaserver_login_tokens`
--

LOCK TABLES `metaserver_login_tokens` WRITE;
/*!40000 ALTER TABLE `metaserver_login_tokens` DISABLE KEYS */;
INSERT INTO `metaserver_login_tokens` VALUES
(1,76561198000000001,'u1','qwhzmf'),
(2,76561198000000002,'u2','plokij'),
(3,76561198000000003,'u3','mznxbc'),
(4,76561198000000004,'u4','aksldj'),
(5,76561198000000005,'u5','ghtyru');
/*!40000 ALTER TABLE `metaserver_login_tokens` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Temporary table structure for view `metaserver_players_stats_view`
--

DROP TABLE IF EXISTS `metaserver_players_stats_view`;
/*!50001 DROP VIEW IF EXISTS `metaserver_players_stats_view`*/;
SET @saved_cs_client     = @@character_set_client;
SET character_set_client = utf8mb4;
/*!50001 CREATE VIEW `metaserver_players_stats_view` AS SELECT
 NULL AS `user_id` */;
SET character_set_client = @saved_cs_client;

--
-- Table structure for table `metaserver_users`
--

DROP TABLE IF EXISTS `metaserver_users`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `metaserver_users` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `nick_name` varchar(32) NOT NULL,
  `team_name` varchar(32) NOT NULL,
  `primary_color` int(11) NOT NULL DEFAULT 0,
  `secondary_color` int(11) NOT NULL DEFAULT 0,
  `coat_of_arms_bitmap_index` smallint(6) NOT NULL DEFAULT 0,
  `city` text NOT NULL,
  `state` text NOT NULL,
  `country` text NOT NULL,
  `quote` text NOT NULL,
  `admin_level` smallint(6) NOT NULL DEFAULT 0,
  `registration_datetime` timestamp NOT NULL DEFAULT current_timestamp(),
  `last_login_datetime` timestamp NULL DEFAULT NULL,
  `banned_until` datetime DEFAULT NULL,
  `banned_reason` varchar(32) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `metaserver_users`
--

LOCK TABLES `metaserver_users` WRITE;
/*!40000 ALTER TABLE `metaserver_users` DISABLE KEYS */;
INSERT INTO `metaserver_users` VALUES
(1,'|bSoul|pblighter','Dark',0,0,0,'','','','I am; (not) gone',2,'2015-01-01 12:00:00',NULL,NULL,''),
(2,'Alric','Light',0,0,0,'Madrigal','','','',0,'2015-02-01 12:00:00',NULL,NULL,''),
(3,'o\'Conner \\o/','',0,0,0,'','','','a\nb',0,'2015-03-01 12:00:00',NULL,'2015-03-08 12:00:00','long ago'),
(4,'Zoë','',0,0,0,'','','','',0,'2015-04-01 12:00:00',NULL,'2100-01-01 00:00:00','said; what (nobody) \'should\''),
(5,'moderator','',0,0,0,'','','','',0,'2015-05-01 12:00:00',NULL,NULL,''),
(6,'Never logged on','',0,0,0,'','','','',0,'2015-06-01 12:00:00',NULL,NULL,'');
/*!40000 ALTER TABLE `metaserver_users` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Final view structure for view `metaserver_players_stats_view`
--

/*!50001 DROP VIEW IF EXISTS `metaserver_players_stats_view`*/;
/*!50001 SET @saved_cs_client          = @@character_set_client */;
/*!50001 SET @saved_cs_results         = @@character_set_results */;
/*!50001 SET @saved_col_connection     = @@collation_connection */;
/*!50001 SET character_set_client      = utf8mb4 */;
/*!50001 SET character_set_results     = utf8mb4 */;
/*!50001 SET collation_connection      = utf8mb4_general_ci */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `metaserver_players_stats_view` AS select `metaserver_users`.`id` AS `user_id` from `metaserver_users` */;
/*!50001 SET character_set_client      = @saved_cs_client */;
/*!50001 SET character_set_results     = @saved_cs_results */;
/*!50001 SET collation_connection      = @saved_col_connection */;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-22 10:38:07
