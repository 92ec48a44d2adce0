package dev.evertoken.internal.store.file;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Parses {@code file:path} and {@code file:///path}. Thread-safe. */
public final class FileLocation {

    private static final String SCHEME = "file:";

    private FileLocation() {}

    /** @throws TokenException with {@link Problem#STORE_REFUSED} if the location contains no usable path */
    public static Path parse(String location) {
        if (!location.startsWith(SCHEME)) {
            throw refused(location, "does not begin with " + SCHEME);
        }
        String path = location.substring(SCHEME.length());
        if (path.isBlank()) {
            throw refused(location, "contains no directory; write file:./tokens or file:/var/lib/app/tokens");
        }
        if (path.startsWith("//") && !path.startsWith("///")) {
            throw refused(location, "contains a host; write file:/path or file:///path");
        }
        if (path.startsWith("~")) {
            throw refused(location, "begins with ~, which only a shell expands; write the full path");
        }
        try {
            return Path.of(path.startsWith("///") ? path.substring(2) : path);
        } catch (InvalidPathException e) {
            throw refused(location, "is not a valid path on this system");
        }
    }

    private static TokenException refused(String location, String why) {
        return TokenException.about(Problem.STORE_REFUSED)
                .detail("store location \"" + location + "\" " + why)
                .build();
    }
}
