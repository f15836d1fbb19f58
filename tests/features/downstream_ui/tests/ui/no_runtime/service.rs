async fn serve() {}

downstream_ui::service!("service", serve);
