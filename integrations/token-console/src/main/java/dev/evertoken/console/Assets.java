package dev.evertoken.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** The files of the page. Immutable. */
final class Assets {

    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "console.css", "text/css; charset=utf-8",
            "console.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    private Assets() {}

    /** Returns a file; empty if there is none with this name. */
    static Optional<ConsoleResponse> find(String name) {
        return Optional.ofNullable(TYPES.get(name)).map(type -> ConsoleResponse.of(200, type, read(name)));
    }

    private static byte[] read(String name) {
        try (InputStream file = Assets.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("token-console is not packaged completely: " + name + " is missing");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
