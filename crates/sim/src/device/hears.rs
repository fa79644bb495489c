//! What a device hears, and what its application makes of it.

use laisee_client::device::{Event as Heard, SendFailure};
use laisee_wire::v1::{FriendNotice, Message, ServerFrame, TransferNotice, content::Kind, server_frame::Body};

use crate::{
    broken::Broken,
    tamper, translate,
    world::{Event, World},
};

impl World {
    /// A frame has come down the device's link.
    pub fn device_hears(&mut self, device: usize, link: u64, mut frame: ServerFrame) {
        if self.devices[device].link != Some(link) || !self.devices[device].on {
            return;
        }
        let user = self.user_of(device);
        if self.tampers()
            && let Some(body) = frame.body.as_mut()
        {
            tamper::frame(self.broken, &mut self.chance, user, body);
        }
        if let Some(body) = &frame.body {
            for told in translate::notice(user, body) {
                self.tell(&told);
            }
        }
        self.aloud(|| format!("device {device} of {user} hears {frame:?}"));
        let now = self.device_now(device);
        if let Some(client) = self.devices[device].client.as_mut() {
            client.received(now, frame);
        }
        self.pump(device);
    }

    pub fn device_ticks(&mut self, device: usize, life: u32) {
        let now = self.device_now(device);
        let found = &mut self.devices[device];
        if found.life != life || !found.on {
            return;
        }
        found.tick_ms = None;
        if let Some(client) = found.client.as_mut() {
            client.tick(now);
        }
        self.ask_again(device);
        self.pump(device);
    }

    /// Takes out of the client what it wants to send and say, and sees to it that it is asked again in time.
    pub fn pump(&mut self, device: usize) {
        while let Some(event) = self.devices[device].client.as_mut().and_then(laisee_client::Client::poll_event) {
            self.heard(device, event);
        }
        let link = self.devices[device].link;
        while let Some(frame) = self.devices[device].client.as_mut().and_then(laisee_client::Client::poll_frame) {
            self.aloud(|| format!("device {device} says {frame:?}"));
            if let Some(link) = link {
                self.send_up(link, &frame);
            }
        }
        self.keep(device);
        self.schedule_tick(device);
    }

    /// Now and then everything is written down.
    fn keep(&mut self, device: usize) {
        if !self.chance.happens(150) {
            return;
        }
        let found = &mut self.devices[device];
        if let Some(client) = &found.client {
            found.kept = client.saved().kept;
            found.kept_app = found.app.clone();
        }
    }

    fn schedule_tick(&mut self, device: usize) {
        let found = &mut self.devices[device];
        if !found.usable() {
            return;
        }
        let due = found.client.as_ref().and_then(laisee_client::Client::next_tick);
        let wanted = found.wanted.iter().map(|(at, _)| *at).min();
        let Some(due) = due.into_iter().chain(wanted).min() else { return };
        let at_ms = (due - found.skew_ms).max(self.schedule.now_ms() + 1);
        if found.tick_ms.is_none_or(|standing| at_ms < standing) {
            found.tick_ms = Some(at_ms);
            let life = found.life;
            self.schedule.at(at_ms, Event::DeviceTick { device, life });
        }
    }

    fn heard(&mut self, device: usize, event: Heard) {
        let user = self.user_of(device);
        self.aloud(|| format!("device {device} of {user}: {event:?}"));
        match event {
            Heard::Online(_) | Heard::Offline | Heard::Synced => {}
            Heard::HangUp => self.hang_up(device),
            Heard::SignedOut => self.signed_out(device),
            Heard::Message(message) => self.given(device, user, message),
            Heard::Skipped { conversation, through, reload } => {
                let verdict = self.auditor.skipped(device, user, conversation, through, reload);
                self.check(verdict);
                self.devices[device].app.threads.entry(conversation).or_default().skipped(through);
            }
            Heard::Conversation(state) => {
                self.devices[device].app.threads.entry(state.id).or_default().stands(&state, user);
            }
            Heard::Sent(sent) => {
                let app = &mut self.devices[device].app;
                app.failed.remove(&sent.client_msg_id);
                app.refused.remove(&sent.client_msg_id);
            }
            Heard::SendFailed { client_msg_id, failure } => {
                let app = &mut self.devices[device].app;
                app.failed.insert(client_msg_id.clone());
                if let SendFailure::Refused(error) = failure
                    && !(100..200).contains(&error.code)
                {
                    app.refused.insert(client_msg_id);
                }
            }
            Heard::Read { conversation, user: reader, through, .. } => {
                if reader == user {
                    let lost = self.breaks(Broken::ReadMarkLost);
                    // The mark may be heard of before the conversation is.
                    let thread = self.devices[device].app.threads.entry(conversation).or_default();
                    thread.read(through);
                    if lost {
                        thread.forget_read();
                    }
                }
            }
            Heard::Delivered { .. } => {}
            Heard::Answered { request, body } => self.answered(device, request, body),
            Heard::Unanswered { request, lost } => self.unanswered(device, request, lost),
            Heard::Notice(frame) => {
                let person = self.devices[device].person;
                match frame.body {
                    Some(Body::FriendNotice(FriendNotice { friend: Some(friend) })) => {
                        let other = friend.user.as_ref().map_or(0, |user| user.id);
                        self.people[person].relations.insert(other, friend.relation);
                    }
                    Some(Body::TransferNotice(TransferNotice { transfer: Some(found) })) => {
                        self.devices[device].app.transfer(found);
                    }
                    Some(Body::SuspensionNotice(notice)) => {
                        self.devices[device].app.suspended = notice.suspension.is_some();
                    }
                    Some(Body::ReleaseCodeNotice(notice)) => {
                        self.devices[device].app.release_code = Some(notice.code);
                    }
                    _ => {}
                }
            }
        }
    }

    fn given(&mut self, device: usize, user: u64, message: Message) {
        let Message { conversation, seq, sender, .. } = message;
        let mut body = translate::body(message.content.as_ref());
        if let Some(Kind::Packet(card)) = message.content.as_ref().and_then(|content| content.kind.as_ref()) {
            let app = &mut self.devices[device].app;
            app.packets.insert(card.packet);
            if card.recipient == 0 || card.recipient == user {
                app.untried.insert(card.packet);
            }
        }
        self.devices[device].app.threads.entry(conversation).or_default().given(seq, sender == user);
        let mut times = 1;
        let mut shown = seq;
        if self.breaks(Broken::GivenTwice) {
            times = 2;
        }
        if self.breaks(Broken::GivenOutOfOrder) {
            shown += 1;
        }
        if self.breaks(Broken::NeverGiven) {
            times = 0;
        }
        if self.breaks(Broken::GivenChanged) {
            body.push('!');
        }
        for _ in 0..times {
            self.stats.messages_given += 1;
            let verdict = self.auditor.given(device, user, conversation, shown, &body);
            self.check(verdict);
        }
    }
}
