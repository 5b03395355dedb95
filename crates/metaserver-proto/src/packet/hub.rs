//! Packet 18 of Aleph One: dedicated game servers (spec sections 8.1 and 13.3).

use std::net::Ipv4Addr;

use crate::wire::{DecodeError, Reader, Wire, Writer};

/// One remote hub, 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hub {
    /// Not 0: packet 104 names the hub by it.
    pub hub_id: u16,
    /// Its address.
    pub address: Ipv4Addr,
    /// Its port.
    pub port: u16,
}

impl Wire for Hub {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { hub_id: from.u16()?, address: from.ipv4()?, port: from.u16()? })
    }

    fn write(&self, to: &mut Writer) {
        to.u16(self.hub_id);
        to.ipv4(self.address);
        to.u16(self.port);
    }
}
