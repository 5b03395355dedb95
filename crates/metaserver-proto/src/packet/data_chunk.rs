//! Packets 5 and 108: pieces of a banner and their receipt. Obsolete, never sent by us
//! (spec section 8.1).

use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Which piece of which data, 16 bytes; the whole of packet 108.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ChunkHead {
    /// 1 on the last piece.
    pub flags: i32,
    /// Kind of the data.
    pub data_type: i32,
    /// Where the piece begins.
    pub offset: i32,
    /// Bytes of the piece.
    pub length: i32,
}

impl Wire for ChunkHead {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { flags: from.i32()?, data_type: from.i32()?, offset: from.i32()?, length: from.i32()? })
    }

    fn write(&self, to: &mut Writer) {
        to.i32(self.flags);
        to.i32(self.data_type);
        to.i32(self.offset);
        to.i32(self.length);
    }
}

/// Packet 5: a head, then the data to the end of the body.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DataChunk {
    /// Which piece it is.
    pub head: ChunkHead,
    /// The piece.
    pub data: Vec<u8>,
}

impl Wire for DataChunk {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { head: ChunkHead::read(from)?, data: from.take_rest().to_vec() })
    }

    fn write(&self, to: &mut Writer) {
        self.head.write(to);
        to.bytes(&self.data);
    }
}
