package dev.evertoken.providers.internal.meta;

import dev.evertoken.spi.provider.ProviderResponse;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requested version of the Graph API. Meta silently serves requests for an expired version with the oldest
 * available one; only a response header shows it. This class logs one warning in that case. Thread-safe.
 */
public final class GraphVersion {

    /** Current since 2026-07-29. */
    static final String CURRENT = "v26.0";

    private static final Logger log = LoggerFactory.getLogger(GraphVersion.class);
    private static final Pattern VERSION = Pattern.compile("v\\d{1,3}\\.\\d{1,2}");

    private final String version;
    private final AtomicBoolean hasWarned = new AtomicBoolean();

    private GraphVersion(String version) {
        this.version = version;
    }

    /** @throws IllegalArgumentException if the text is not a version */
    public static GraphVersion of(String version) {
        requireVersion(version);
        return new GraphVersion(version);
    }

    /** @throws IllegalArgumentException if the text is not a version */
    static void requireVersion(String version) {
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("the Graph version must have the form of " + CURRENT);
        }
    }

    /** Returns an address below the root of the version; {@code path} begins with a slash or is empty. */
    URI at(String host, String path) {
        return URI.create("https://" + host + "/" + version + path);
    }

    /** Compares the version of a response with the configured one. */
    public void compare(ProviderResponse response) {
        Optional<String> other = response.header("facebook-api-version")
                .filter(VERSION.asMatchPredicate())
                .filter(served -> !served.equals(version));
        if (other.isPresent() && hasWarned.compareAndSet(false, true)) {
            log.warn(
                    "the Graph API answers with version {}, not {}: the configured version may have expired",
                    other.get(),
                    version);
        }
    }

    @Override
    public String toString() {
        return version;
    }
}
