//! Several workers and processes, and one of them lost.

use tokio::sync::Barrier;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn no_more_of_a_kind_run_at_once_than_it_allows() {
    each(|db| async move {
        let story = Story::begin(db);
        let seen = Seen::default();
        let mut workers = story.workers();
        // Each goes on when three are in hand: fewer at once would never end, and more would be seen.
        let (handler, three) = (seen.clone(), Arc::new(Barrier::new(3)));
        workers.handle(Kind::new("test").at_once(3), move |run: Run| {
            let (seen, three) = (handler.clone(), Arc::clone(&three));
            async move {
                let _in_hand = seen.take(run.read()?);
                three.wait().await;
                Ok(())
            }
        });
        let mut ids = Vec::new();
        for number in 0..21_u32 {
            ids.push(story.ask(NewJob::new("test", &number)).await);
        }
        story.start(workers);
        for id in ids {
            story.until(id, JobState::Done).await;
        }
        story.end().await;
        assert_eq!(seen.0.lock().unwrap().most, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_three_processes_and_one_killed_every_job_is_done_and_none_by_two_at_once() {
    each(|db| async move {
        let story = Story::begin(db);
        let seen = Seen::default();
        // The one that is killed finishes nothing, and the others finish nothing before it has something in hand.
        let in_its_hand = CancellationToken::new();
        let workers = |doomed: bool| {
            let mut workers = story.workers();
            let (handler, in_its_hand) = (seen.clone(), in_its_hand.clone());
            workers.handle(Kind::new("test").at_once(4), move |run: Run| {
                let (seen, in_its_hand) = (handler.clone(), in_its_hand.clone());
                async move {
                    let _in_hand = seen.take(run.read()?);
                    if doomed {
                        in_its_hand.cancel();
                        return std::future::pending().await;
                    }
                    in_its_hand.cancelled().await;
                    Ok(())
                }
            });
            workers
        };
        let killed = story.tasks.spawn(workers(true).run(story.stop.clone(), Duration::ZERO));
        story.start(workers(false));
        story.start(workers(false));
        let mut ids = Vec::new();
        for number in 0..150_u32 {
            ids.push(story.ask(NewJob::new("test", &number)).await);
        }
        in_its_hand.cancelled().await;
        // Everything it had in hand is dropped where it stands, and nothing is written down: as by a kill.
        killed.abort();
        for id in &ids {
            story.until(*id, JobState::Done).await;
        }
        story.end().await;
        let seen = seen.0.lock().unwrap();
        assert!(!seen.twice_at_once);
        assert_eq!(seen.times.len(), 150);
        let again = seen.times.values().filter(|times| **times > 1).count();
        assert!((1..=4).contains(&again), "only what the killed one had in hand began anew, and that were {again}");
    })
    .await;
}

#[tokio::test]
async fn a_lost_worker_s_job_begins_anew_and_the_attempt_counts() {
    each(|db| async move {
        let story = Story::begin(db);
        let mut doomed = story.workers();
        doomed.handle(Kind::new("test").attempts(2), |_| std::future::pending());
        let doomed = story.tasks.spawn(doomed.run(story.stop.clone(), Duration::ZERO));
        let id = story.ask(NewJob::new("test", &())).await;
        story.until(id, JobState::Running).await;
        doomed.abort();
        let mut next = story.workers();
        next.handle(Kind::new("test").attempts(2), |_| std::future::pending());
        let next = story.tasks.spawn(next.run(story.stop.clone(), Duration::ZERO));
        story.when(id, |job| job.attempts == 2).await;
        next.abort();
        let mut last = story.workers();
        last.handle(Kind::new("test").attempts(2), |_| async { Ok(()) });
        story.start(last);
        let dead = story.until(id, JobState::Dead).await;
        assert!(dead.last_error.unwrap().contains("has ended"), "what killed two workers does not get a third");
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn the_stop_waits_for_what_finishes_and_puts_back_what_does_not() {
    each(|db| async move {
        let story = Story::begin(db);
        let mut workers = story.workers();
        workers.handle(Kind::new("polite"), |run: Run| async move {
            run.stopping().cancelled().await;
            Ok(())
        });
        workers.handle(Kind::new("deaf"), |_| std::future::pending());
        let (polite, deaf) = (story.ask(NewJob::new("polite", &())).await, story.ask(NewJob::new("deaf", &())).await);
        story.tasks.spawn(workers.run(story.stop.clone(), Duration::from_millis(300)));
        story.until(polite, JobState::Running).await;
        story.until(deaf, JobState::Running).await;
        story.stop.cancel();
        story.tasks.close();
        story.tasks.wait().await;
        assert_eq!(story.job(polite).await.state, JobState::Done);
        let put_back = story.job(deaf).await;
        assert_eq!((put_back.state, put_back.attempts), (JobState::Waiting, 0));
    })
    .await;
}
