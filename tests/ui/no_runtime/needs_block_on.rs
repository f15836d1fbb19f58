fn main() {
    portable::block_on(async {});
}
