mod driver;
mod header;
mod task_list;
mod workers;
