package dev.evertoken.providers.internal.meta;

import dev.evertoken.spi.provider.ProviderResponse;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version of the Graph API that is asked for. A version that has ended is served by the oldest one that is left,
 * without a word but for a header: one warning tells of it. Thread-safe.
 */
public final class GraphVersion {

    /** Current since 2026-07-29. */
    static final String CURRENT = "v26.0";

    private static final Logger log = LoggerFactory.getLogger(GraphVersion.class);
    private static final Pattern VERSION = Pattern.compile("v\\d{1,3}\\.\\d{1,2}");

    private final String pinned;
    private final AtomicBoolean hasWarned = new AtomicBoolean();

    private GraphVersion(String pinned) {
        this.pinned = pinned;
    }

    /** @throws IllegalArgumentException if the text is no version */
    public static GraphVersion of(String version) {
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("Graph version must look like " + CURRENT);
        }
        return new GraphVersion(version);
    }

    /** Returns an address below the version's root; {@code path} begins with a slash or is empty. */
    URI at(String host, String path) {
        return URI.create("https://" + host + "/" + pinned + path);
    }

    /** Compares an answer's version with the pinned one. */
    public void compare(ProviderResponse response) {
        Optional<String> other = response.header("facebook-api-version")
                .filter(VERSION.asMatchPredicate())
                .filter(version -> !version.equals(pinned));
        if (other.isPresent() && hasWarned.compareAndSet(false, true)) {
            log.warn(
                    "the Graph API answers with version {}, not {}: the pinned version may have ended; set another",
                    other.get(),
                    pinned);
        }
    }

    @Override
    public String toString() {
        return pinned;
    }
}
