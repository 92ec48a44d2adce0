package dev.evertoken.mirror;

import dev.evertoken.model.KeyRing;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The settings of a mirror. Immutable.
 *
 * @param base the address of the receiver
 * @param registrations the mirrored registrations; empty for all
 * @param accessTokensOnly whether refresh tokens stay here
 * @param refreshes whether refreshed tokens are sent
 * @param headers further headers of each request
 * @param signing the keys that sign the messages; without a key they are not signed
 */
record MirrorSettings(
        URI base,
        PathTemplate connectPath,
        PathTemplate disconnectPath,
        Optional<PathTemplate> comparePath,
        Set<String> registrations,
        boolean accessTokensOnly,
        boolean refreshes,
        Supplier<Map<String, String>> headers,
        KeyRing signing) {

    /** Returns the only registration that is mirrored; empty if there may be several. */
    Optional<String> onlyRegistration() {
        return registrations.size() == 1 ? Optional.of(registrations.iterator().next()) : Optional.empty();
    }

    boolean covers(String registration) {
        return registrations.isEmpty() || registrations.contains(registration);
    }
}
