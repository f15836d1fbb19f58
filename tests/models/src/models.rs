mod cancel;
mod driver;
mod group;
mod workers;
