package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.SecretVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which versions of a secret hold tokens, and how often the secret has been written. Immutable.
 *
 * @param write grows with every write of the secret, so that of two answers of the service the older one is known; a
 *     new version lifts it above all that could have been written before
 * @param revision the revision of the write that the current tokens came with
 * @param current where the tokens are
 * @param previous where they were before, kept for readers that are shown an old state
 * @param old what is to be destroyed, or has been
 */
record Versions(long write, long revision, Version current, Optional<Version> previous, List<Version> old) {

    /** How many old versions are remembered; what falls out stays until somebody destroys it by hand. */
    private static final int MOST_OLD = 32;

    private static final int WRITES_BITS = 20;

    /**
     * One version.
     *
     * @param etag what guards its destruction: a secret that was deleted and created again counts from 1 again
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
        old = List.copyOf(old.subList(Math.max(0, old.size() - MOST_OLD), old.size()));
    }

    /** Returns the number that the service gave to a version. */
    static long number(SecretVersion version) {
        String name = version.getName();
        return Long.parseLong(name.substring(name.lastIndexOf('/') + 1));
    }

    /** Returns what the store keeps of a version that it has added. */
    static Version added(SecretVersion version) {
        return new Version(number(version), version.getEtag());
    }

    /** Returns the versions of a secret whose tokens are all in one. */
    static Versions first(Version current, long revision) {
        return new Versions(current.number() << WRITES_BITS, revision, current, Optional.empty(), List.of());
    }

    /** Returns what follows a write that leaves the tokens as they are. */
    Versions sameTokens(Predicate<Version> destroyed) {
        return new Versions(write + 1, revision, current, previous.filter(destroyed.negate()), left(destroyed));
    }

    /** Returns what follows a write of new tokens. */
    Versions newTokens(Version next, long nextRevision, Predicate<Version> destroyed) {
        List<Version> rest = Stream.concat(left(destroyed).stream(), previous.filter(destroyed.negate()).stream())
                .toList();
        long lifted = Math.max(write + 1, next.number() << WRITES_BITS);
        return new Versions(lifted, nextRevision, next, Optional.of(current), rest);
    }

    private List<Version> left(Predicate<Version> destroyed) {
        return old.stream().filter(destroyed.negate()).toList();
    }

    /** Returns the text that {@link #parse} reads. */
    String toText() {
        List<String> lines = new ArrayList<>();
        lines.add("write " + write);
        lines.add("revision " + revision);
        lines.add("current " + current);
        previous.ifPresent(version -> lines.add("previous " + version));
        old.forEach(version -> lines.add("old " + version));
        return String.join("\n", lines);
    }

    /** @throws RuntimeException if the text is none of {@link #toText} */
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
                default -> throw new IllegalArgumentException("a line that is not known");
            }
        }
        return new Versions(write, revision, current.orElseThrow(), previous, old);
    }
}
