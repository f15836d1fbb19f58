mod driver;
mod group;
mod meta;
mod workers;
