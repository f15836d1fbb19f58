#[portable::test]
async unsafe fn case() {}
//    ^^^^^^ remove
