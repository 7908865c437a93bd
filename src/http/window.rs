//! How many requests may be in flight at one host: a few more after each success, half as many
//! after a failure.
//!
//! Additive increase, multiplicative decrease, as in TCP. As there, requests sent before a cut say
//! nothing about the time after it, so that one episode of failures cuts once.

use parking_lot::Mutex;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A host's window. Between 1 and its ceiling.
#[derive(Debug)]
pub struct Window {
    state: Mutex<WindowState>,
    places: Arc<Semaphore>,
}

#[derive(Debug)]
struct WindowState {
    size: f64,
    ceiling: f64,
    /// Before the first failure it grows by one for each success, which doubles it in each round.
    is_starting: bool,
    /// Counts the cuts.
    episode: u64,
    /// Places to remove as soon as they are given back.
    owed: usize,
}

/// A request in flight. Dropped, it says nothing about the host.
#[derive(Debug)]
pub struct Ticket {
    window: Arc<Window>,
    episode: u64,
    place: Option<OwnedSemaphorePermit>,
}

impl Window {
    /// A window that begins with `start` places and never has more than `ceiling`.
    #[must_use]
    pub fn new(start: u16, ceiling: u16) -> Self {
        let ceiling = ceiling.max(1);
        let start = start.clamp(1, ceiling);
        let state = WindowState {
            size: start.into(),
            ceiling: ceiling.into(),
            is_starting: true,
            episode: 0,
            owed: 0,
        };
        let places = Arc::new(Semaphore::new(start.into()));
        Self { state: Mutex::new(state), places }
    }

    /// How many may be in flight now.
    #[must_use]
    pub fn size(&self) -> usize {
        whole(self.state.lock().size)
    }

    /// Waits for a place.
    pub async fn enter(self: &Arc<Self>) -> Ticket {
        // The semaphore is never closed; if it were, there would be no limit.
        let place = self.places.clone().acquire_owned().await.ok();
        let mut ticket = self.watch();
        ticket.place = place;
        ticket
    }

    /// A ticket for something that takes no place here, because its number is limited elsewhere.
    pub fn watch(self: &Arc<Self>) -> Ticket {
        Ticket { window: Arc::clone(self), episode: self.state.lock().episode, place: None }
    }

    fn grow(&self) {
        let mut state = self.state.lock();
        let before = whole(state.size);
        let step = if state.is_starting { 1.0 } else { 1.0 / state.size };
        state.size = (state.size + step).min(state.ceiling);
        let more = whole(state.size) - before;
        let kept = state.owed.min(more);
        state.owed -= kept;
        self.places.add_permits(more - kept);
    }

    fn cut(&self, episode: u64) {
        let mut state = self.state.lock();
        if state.episode != episode {
            return;
        }
        state.episode += 1;
        state.is_starting = false;
        let before = whole(state.size);
        state.size = (state.size / 2.0).max(1.0);
        let fewer = before - whole(state.size);
        state.owed += fewer - self.places.forget_permits(fewer);
    }
}

// At least 1 and at most a `u16`, so that nothing is lost.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(size: f64) -> usize {
    size as usize
}

impl Ticket {
    /// The request succeeded.
    pub fn went_well(self) {
        self.window.grow();
    }

    /// The host asked to slow down, or the connection failed.
    pub fn met_trouble(self) {
        self.window.cut(self.episode);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            let mut state = self.window.state.lock();
            if state.owed > 0 {
                state.owed -= 1;
                place.forget();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_doubles_in_each_round_until_the_first_trouble_and_grows_slowly_after() {
        let window = Arc::new(Window::new(4, 64));
        for _ in 0..4 {
            window.enter().await.went_well();
        }
        assert_eq!(window.size(), 8);
        window.enter().await.met_trouble();
        assert_eq!(window.size(), 4);
        for _ in 0..5 {
            window.enter().await.went_well();
        }
        assert_eq!(window.size(), 5, "one more for each round");
    }

    #[tokio::test]
    async fn one_episode_cuts_once() {
        let window = Arc::new(Window::new(16, 64));
        let mut tickets = Vec::new();
        for _ in 0..16 {
            tickets.push(window.enter().await);
        }
        for ticket in tickets {
            ticket.met_trouble();
        }
        assert_eq!(window.size(), 8);
        window.enter().await.met_trouble();
        assert_eq!(window.size(), 4, "the next one is an episode of its own");
    }

    #[tokio::test]
    async fn it_never_ends_at_nothing_nor_beyond_its_ceiling() {
        let window = Arc::new(Window::new(2, 3));
        for _ in 0..9 {
            window.enter().await.met_trouble();
        }
        assert_eq!(window.size(), 1);
        for _ in 0..99 {
            window.enter().await.went_well();
        }
        assert_eq!(window.size(), 3);
        assert_eq!(window.places.available_permits(), 3);
    }

    #[tokio::test]
    async fn a_cut_takes_places_from_those_who_come_back() {
        let window = Arc::new(Window::new(4, 64));
        let (one, two) = (window.enter().await, window.enter().await);
        let (three, four) = (window.enter().await, window.enter().await);
        one.met_trouble();
        drop(two);
        assert_eq!(window.places.available_permits(), 0, "two of two are under way still");
        drop(three);
        drop(four);
        assert_eq!(window.places.available_permits(), 2);
    }
}
