//! Reading and writing by calls that block, on the threads for such.
