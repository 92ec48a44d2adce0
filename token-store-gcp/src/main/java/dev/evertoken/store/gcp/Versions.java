package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.SecretVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The versions of a secret with tokens, and a counter of the secret's writes. Immutable.
 *
 * @param write increases with every write of the secret, so that the older of two responses is recognized; a new
 *     version raises it above any value that can have been written before
 * @param revision the revision of the write that added the current tokens
 * @param current the version with the tokens
 * @param previous the version with the previous tokens, kept for readers with an outdated state
 * @param old the versions to destroy, including those that may be destroyed already
 */
record Versions(long write, long revision, Version current, Optional<Version> previous, List<Version> old) {

    /** The limit of remembered old versions; further ones are never destroyed by the store. */
    private static final int MAX_OLD = 32;

    private static final int WRITES_BITS = 20;

    /**
     * A version.
     *
     * @param etag guards the destruction, since a secret that was deleted and created again numbers its versions from 1
     *     again
     */
    record Version(long number, String etag) {
        @Override
        public String toString() {
            return number + " " + etag;
        }

        static Version parse(String text) {
            String[] parts = text.split(" ", 2);
            return new Version(Long.parseLong(parts[0]), parts[1]);
        }
    }

    Versions {
        old = List.copyOf(old.subList(Math.max(0, old.size() - MAX_OLD), old.size()));
    }

    /** Returns the number that the service assigned to a version. */
    static long number(SecretVersion version) {
        String name = version.getName();
        return Long.parseLong(name.substring(name.lastIndexOf('/') + 1));
    }

    /** Returns the number and etag of a version that the store has added. */
    static Version added(SecretVersion version) {
        return new Version(number(version), version.getEtag());
    }

    /** Returns the versions of a secret with a single version. */
    static Versions first(Version current, long revision) {
        return new Versions(current.number() << WRITES_BITS, revision, current, Optional.empty(), List.of());
    }

    /** Returns the versions after a write that leaves the tokens unchanged. */
    Versions sameTokens(Predicate<Version> destroyed) {
        return new Versions(write + 1, revision, current, previous.filter(destroyed.negate()), remaining(destroyed));
    }

    /** Returns the versions after a write of new tokens. */
    Versions newTokens(Version next, long nextRevision, Predicate<Version> destroyed) {
        List<Version> obsolete = Stream.concat(
                        remaining(destroyed).stream(), previous.filter(destroyed.negate()).stream())
                .toList();
        long raised = Math.max(write + 1, next.number() << WRITES_BITS);
        return new Versions(raised, nextRevision, next, Optional.of(current), obsolete);
    }

    private List<Version> remaining(Predicate<Version> destroyed) {
        return old.stream().filter(destroyed.negate()).toList();
    }

    /** Returns a text for {@link #parse}. */
    String toText() {
        List<String> lines = new ArrayList<>();
        lines.add("write " + write);
        lines.add("revision " + revision);
        lines.add("current " + current);
        previous.ifPresent(version -> lines.add("previous " + version));
        old.forEach(version -> lines.add("old " + version));
        return String.join("\n", lines);
    }

    /** @throws RuntimeException if the text is not a result of {@link #toText} */
    static Versions parse(String text) {
        long write = 0;
        long revision = 0;
        Optional<Version> current = Optional.empty();
        Optional<Version> previous = Optional.empty();
        List<Version> old = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] parts = line.split(" ", 2);
            switch (parts[0]) {
                case "write" -> write = Long.parseLong(parts[1]);
                case "revision" -> revision = Long.parseLong(parts[1]);
                case "current" -> current = Optional.of(Version.parse(parts[1]));
                case "previous" -> previous = Optional.of(Version.parse(parts[1]));
                case "old" -> old.add(Version.parse(parts[1]));
                default -> throw new IllegalArgumentException("unknown line");
            }
        }
        return new Versions(write, revision, current.orElseThrow(), previous, old);
    }
}
