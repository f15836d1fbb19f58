use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portable::sync::mpsc;

use crate::answer::Answer;

/// The most messages that wait for a subscriber.
const MAX_WAITING: usize = 1000;

/// A message as it is sent, which all subscribers of the channel share.
type Message = Arc<[u8]>;

/// The channels and their subscribers. A clone shares the same.
#[derive(Clone, Debug, Default)]
pub struct Channels {
    // The lock is never held across an `await`, so the standard library's will do.
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// The only sender to each subscriber: a subscriber that is removed is told by its end.
    subscribers: HashMap<u64, mpsc::Sender<Message>>,
    channels: HashMap<Box<[u8]>, HashSet<u64>>,
    next: u64,
}

impl Channels {
    /// Sends a text to all subscribers of a channel, and returns their number.
    ///
    /// A subscriber for which too many messages wait is removed.
    pub fn publish(&self, channel: &[u8], text: &[u8]) -> usize {
        let mut state = self.lock();
        let State {
            subscribers,
            channels,
            ..
        } = &mut *state;
        let Some(of_channel) = channels.get_mut(channel) else {
            return 0;
        };
        let mut bytes = Vec::new();
        Answer::message(channel, text).write(&mut bytes);
        let message = Message::from(bytes);
        of_channel.retain(|id| {
            let has_room = subscribers
                .get(id)
                .is_some_and(|subscriber| subscriber.try_send(message.clone()).is_ok());
            if !has_room {
                subscribers.remove(id);
            }
            has_room
        });
        of_channel.len()
    }

    /// Makes a subscription, to no channel at first.
    pub(crate) fn subscription(&self) -> Subscription {
        let (sender, inbox) = mpsc::channel(MAX_WAITING);
        let mut state = self.lock();
        let id = state.next;
        state.next += 1;
        state.subscribers.insert(id, sender);
        Subscription {
            channels: self.clone(),
            id,
            names: BTreeSet::new(),
            inbox,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one client has subscribed to. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Subscription {
    channels: Channels,
    id: u64,
    names: BTreeSet<Box<[u8]>>,
    inbox: mpsc::Receiver<Message>,
}

impl Subscription {
    pub(crate) fn add(&mut self, channel: &[u8]) {
        let mut state = self.channels.lock();
        state
            .channels
            .entry(channel.into())
            .or_default()
            .insert(self.id);
        self.names.insert(channel.into());
    }

    pub(crate) fn remove(&mut self, channel: &[u8]) {
        if self.names.remove(channel) {
            self.channels.lock().leave(channel, self.id);
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn names(&self) -> Vec<Box<[u8]>> {
        self.names.iter().cloned().collect()
    }

    /// Waits for a message. Returns `None` if too many have waited.
    pub(crate) async fn message(&mut self) -> Option<Message> {
        self.inbox.recv().await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut state = self.channels.lock();
        state.subscribers.remove(&self.id);
        for name in &self.names {
            state.leave(name, self.id);
        }
    }
}

impl State {
    fn leave(&mut self, channel: &[u8], id: u64) {
        if let Some(of_channel) = self.channels.get_mut(channel) {
            of_channel.remove(&id);
            if of_channel.is_empty() {
                self.channels.remove(channel);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_that_does_not_read_holds_up_nobody() {
        let channels = Channels::default();
        let mut slow = channels.subscription();
        slow.add(b"news");
        for _ in 0..MAX_WAITING {
            assert_eq!(channels.publish(b"news", b"text"), 1);
        }
        assert_eq!(channels.publish(b"news", b"text"), 0);
        let mut waiting = 0;
        while slow.inbox.try_recv().is_ok() {
            waiting += 1;
        }
        assert_eq!(waiting, MAX_WAITING);
        assert_eq!(
            slow.inbox.try_recv(),
            Err(mpsc::error::TryRecvError::Disconnected)
        );
    }

    #[test]
    fn nothing_is_left_of_a_subscription_that_ended() {
        let channels = Channels::default();
        let mut subscription = channels.subscription();
        subscription.add(b"news");
        subscription.add(b"weather");
        subscription.remove(b"weather");
        assert_eq!(channels.publish(b"weather", b"rain"), 0);
        drop(subscription);
        let state = channels.lock();
        assert!(state.channels.is_empty() && state.subscribers.is_empty());
    }
}
