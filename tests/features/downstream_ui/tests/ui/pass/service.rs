async fn serve() {
    // The feature of the test names the runtime.
    let available = portable::runtime::available();
    assert!(available.contains(&portable::runtime::current()));
    if cfg!(not(feature = "tokio")) {
        assert!(!available.contains(&"tokio"));
    }
}

downstream_ui::service!("service", serve);
