async fn serve() {
    // Which runtime it is, the feature says that the test has on.
    let available = portable::runtime::available();
    assert!(available.contains(&portable::runtime::current()));
    if cfg!(not(feature = "tokio")) {
        assert!(!available.contains(&"tokio"));
    }
}

downstream_ui::service!("service", serve);
