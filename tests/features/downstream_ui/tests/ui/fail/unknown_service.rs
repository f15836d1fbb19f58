downstream_ui::service!("service", serve);
