mod driver;
mod header;
mod list;
mod workers;
