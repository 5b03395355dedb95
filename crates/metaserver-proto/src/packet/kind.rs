//! The packet numbers (spec section 7).

/// Room list.
pub const ROOM_LIST: i16 = 0;
/// Player list.
pub const PLAYER_LIST: i16 = 1;
/// Game list.
pub const GAME_LIST: i16 = 2;
/// Server message, a refusal or good news.
pub const SERVER_MESSAGE: i16 = 3;
/// URL.
pub const URL: i16 = 4;
/// Piece of a banner; obsolete.
pub const DATA_CHUNK: i16 = 5;
/// Password challenge.
pub const CHALLENGE: i16 = 6;
/// Login successful.
pub const LOGIN_SUCCESS: i16 = 7;
/// Player data as the server holds it.
pub const SET_PLAYER_DATA: i16 = 8;
/// Room login successful.
pub const ROOM_LOGIN_SUCCESS: i16 = 9;
/// Blue line: one line of text from the server.
pub const BLUE_LINE: i16 = 10;
/// Send versions; *accept* in Aleph One.
pub const SEND_VERSIONS: i16 = 12;
/// Result of a game search.
pub const GAMES_FOUND: i16 = 13;
/// Result of a player search.
pub const PLAYERS_FOUND: i16 = 14;
/// Buddies online.
pub const BUDDIES_ONLINE: i16 = 15;
/// Order members online.
pub const ORDER_ONLINE: i16 = 16;
/// Player profile.
pub const PROFILE: i16 = 17;
/// Update info in Myth II, remote hub list in Aleph One.
pub const UPDATE_INFO_OR_HUBS: i16 = 18;
/// Own buddy table.
pub const BUDDY_TABLE: i16 = 19;
/// Own order's members.
pub const ORDER_TABLE: i16 = 20;
/// Kicked.
pub const KICKED: i16 = 21;
/// Host proxy: connect back.
pub const PROXY_JOIN: i16 = 22;

/// Login.
pub const LOGIN: i16 = 100;
/// Room login.
pub const ROOM_LOGIN: i16 = 101;
/// Logout.
pub const LOGOUT: i16 = 102;
/// Player data.
pub const PLAYER_DATA: i16 = 103;
/// Create or update a game.
pub const ANNOUNCE_GAME: i16 = 104;
/// Remove the own game.
pub const REMOVE_GAME: i16 = 105;
/// Change room; no server acts on it.
pub const CHANGE_ROOM: i16 = 106;
/// Deaf or listening.
pub const PLAYER_MODE: i16 = 107;
/// Reply to a piece of a banner; obsolete.
pub const DATA_CHUNK_REPLY: i16 = 108;
/// Answer to the password challenge.
pub const ANSWER: i16 = 109;
/// Full update request.
pub const FULL_UPDATE: i16 = 110;
/// Who is in the game.
pub const PLAYERS_IN_GAME: i16 = 111;
/// End-of-game report.
pub const SCORE: i16 = 112;
/// Same game, new round.
pub const RESET_GAME: i16 = 113;
/// Start game.
pub const START_GAME: i16 = 114;
/// Versions; *localization* in Aleph One.
pub const VERSIONS: i16 = 115;
/// Game search.
pub const GAME_SEARCH: i16 = 116;
/// Player search.
pub const PLAYER_SEARCH: i16 = 117;
/// Buddies query.
pub const BUDDIES_QUERY: i16 = 118;
/// Order query.
pub const ORDER_QUERY: i16 = 119;
/// Add or drop a buddy.
pub const UPDATE_BUDDY: i16 = 120;
/// Profile query.
pub const PROFILE_QUERY: i16 = 121;
/// Own profile texts in Myth II, remote hub request in Aleph One.
pub const OWN_TEXTS_OR_HUB_REQUEST: i16 = 122;

/// Room chat.
pub const CHAT: i16 = 200;
/// Private chat.
pub const WHISPER: i16 = 201;
/// Keepalive.
pub const KEEPALIVE: i16 = 202;
/// Session key.
pub const SESSION_KEY: i16 = 203;
/// Piece of a film's header.
pub const FILM_HEADER: i16 = 204;
/// Film command.
pub const FILM_COMMAND: i16 = 205;
/// End of a film.
pub const FILM_END: i16 = 206;
