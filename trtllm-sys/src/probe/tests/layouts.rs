//! Each layout is found, and the variables go first.

use super::*;

#[test]
fn a_wheel_in_a_virtual_environment() {
    let folder = tempfile::tempdir().unwrap();
    let wheel = folder.path().join("lib/python3.12/site-packages/tensorrt_llm");
    headers(&wheel.join("include"), "1.2.1");
    package(&wheel, "1.2.1");
    let environment = folder.path().to_owned();
    let variable = |name: &str| (name == "VIRTUAL_ENV").then(|| environment.clone());
    let found = probe(&Surroundings::read(variable, || None)).unwrap();
    assert_eq!((found.version, found.lib), (Version::new(1, 2, 1), wheel.join("libs")));
}

#[test]
fn a_wheel_where_python_says() {
    let folder = tempfile::tempdir().unwrap();
    let (pure, platform) = (folder.path().join("pure"), folder.path().join("platform"));
    let wheel = platform.join("tensorrt_llm");
    headers(&wheel.join("include"), "1.0.0");
    package(&wheel, "1.0.0");
    let said = format!("{}\n{}\n{}\n", pure.display(), platform.display(), platform.display());
    let surroundings = Surroundings::read(|_| None, || Some(said));
    assert_eq!(surroundings.packages.len(), 2, "a folder counts once");
    assert_eq!(probe(&surroundings).unwrap().include, wheel.join("include"));
}

#[test]
fn roots_of_every_layout() {
    let layouts = [
        ("include", "libs"),
        ("include", "lib"),
        ("include", "lib64"),
        ("cpp/include", "cpp/build/tensorrt_llm"),
        ("tensorrt_llm/include", "tensorrt_llm/libs"),
    ];
    for (include, lib) in layouts {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        headers(&root.join(include), "1.2.1");
        library(&root.join(lib));
        let found = probe(&Surroundings { root: Some(root.clone()), ..nowhere(folder.path()) }).unwrap();
        assert_eq!((found.include, found.lib), (root.join(include), root.join(lib)));
    }
}

#[test]
fn the_container() {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("python3.12/dist-packages");
    headers(&folder.path().join("app/include"), "1.2.0");
    package(&dist.join("tensorrt_llm"), "1.2.0");
    let container = Surroundings { container_packages: vec![dist.clone()], ..nowhere(folder.path()) };
    let found = probe(&container).unwrap();
    assert_eq!(found.include, folder.path().join("app/include"));
    assert_eq!(found.lib, dist.join("tensorrt_llm/libs"));
    let named = Surroundings { root: Some(folder.path().join("app")), ..container };
    assert_eq!(probe(&named).unwrap(), found);
}

#[test]
fn a_checkout_beside_a_wheel_without_headers() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site-packages");
    package(&site.join("tensorrt_llm"), "1.2.1+cu12");
    let source = folder.path().join("source/cpp/include");
    headers(&source, "1.2.1");
    let surroundings =
        Surroundings { include: Some(source.clone()), packages: packages(site), ..nowhere(folder.path()) };
    assert_eq!(probe(&surroundings).unwrap().include, source);
}

#[test]
fn the_parts_override_the_root() {
    let folder = tempfile::tempdir().unwrap();
    headers(&folder.path().join("root/include"), "1.2.1");
    library(&folder.path().join("root/libs"));
    headers(&folder.path().join("other/include"), "0.20.0");
    library(&folder.path().join("elsewhere"));
    let surroundings = Surroundings {
        root: Some(folder.path().join("root")),
        include: Some(folder.path().join("other/include")),
        lib: Some(folder.path().join("elsewhere")),
        ..nowhere(folder.path())
    };
    let found = probe(&surroundings).unwrap();
    assert_eq!((found.version, found.lib), (Version::new(0, 20, 0), folder.path().join("elsewhere")));
}

#[test]
fn a_wrong_root_is_not_replaced_by_another_place() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site-packages");
    headers(&site.join("tensorrt_llm/include"), "1.2.1");
    package(&site.join("tensorrt_llm"), "1.2.1");
    let surroundings = Surroundings {
        root: Some(folder.path().join("typo")),
        packages: packages(site),
        ..nowhere(folder.path())
    };
    assert!(matches!(probe(&surroundings), Err(ProbeError::NotFound { .. })));
}
