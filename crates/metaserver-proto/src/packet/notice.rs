//! Small notes from the server: URL, update info, proxy join (spec section 8.1).

use std::net::Ipv4Addr;

use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Packet 4: an address to open.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Url {
    /// 0 required, 1 requested, 2 at exit.
    pub urgency: i32,
    /// For the player to read.
    pub message: Text,
    /// The address.
    pub address: Text,
}

impl Url {
    /// The player has to go there.
    pub const REQUIRED: i32 = 0;
}

impl Wire for Url {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { urgency: from.i32()?, message: from.cstr()?, address: from.cstr()? })
    }

    fn write(&self, to: &mut Writer) {
        to.i32(self.urgency);
        to.cstr(&self.message);
        to.cstr(&self.address);
    }
}

/// Packet 18 of Myth II: where an update can be had, 12 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateInfo {
    /// Size in bytes.
    pub size_bytes: i32,
    /// The update server.
    pub address: Ipv4Addr,
    /// Its port.
    pub port: u16,
    /// The same again.
    pub port_again: u16,
}

impl Wire for UpdateInfo {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { size_bytes: from.i32()?, address: from.ipv4()?, port: from.u16()?, port_again: from.u16()? })
    }

    fn write(&self, to: &mut Writer) {
        to.i32(self.size_bytes);
        to.ipv4(self.address);
        to.u16(self.port);
        to.u16(self.port_again);
    }
}

/// Packet 22: a proxied host is asked to connect back, 66 bytes (Myth II builds from 428).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ProxyJoin {
    /// The port to connect to.
    pub port: u16,
    /// IPv4 address in dotted text, at most 47 bytes.
    pub host: Text,
    /// Zero.
    pub token: [u8; 16],
}

impl Wire for ProxyJoin {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { port: from.u16()?, host: from.text(48)?, token: from.array()? })
    }

    fn write(&self, to: &mut Writer) {
        to.u16(self.port);
        to.text(&self.host, 48);
        to.bytes(&self.token);
    }
}
