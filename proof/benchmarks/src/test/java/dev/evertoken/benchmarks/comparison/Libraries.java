package dev.evertoken.benchmarks.comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The measured libraries: Evertoken, and the peers on the class path. */
final class Libraries {

    private Libraries() {}

    static List<Library> all() {
        List<Library> all = new ArrayList<>(List.of(new EvertokenLibrary()));
        all.addAll(peers());
        return all;
    }

    static List<Library> peers() {
        return ServiceLoader.load(Library.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Library::name))
                .toList();
    }

    static Library named(String name) {
        return all().stream()
                .filter(library -> library.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no library " + name));
    }
}
