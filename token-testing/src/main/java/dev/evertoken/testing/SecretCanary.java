package dev.evertoken.testing;

import dev.evertoken.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds secrets in places that must not contain any: logs, exceptions, {@code toString}, files.
 *
 * <p>It recognizes every secret of {@link TestTokens} by its marker, complete or truncated at either end, and
 * additional secrets added with {@link #watching}. It finds them as plain text, percent-encoded, in Base64 at any
 * offset, and in hexadecimal. Reports contain the place and the form, never the secret. Immutable.
 */
public final class SecretCanary {

    /** A secret that is truncated to this length or more still counts as leaked. */
    public static final int SHORTEST = 12;

    private static final int DEEPEST = 100;

    private final Set<SecretForm> needles;

    private SecretCanary(Set<SecretForm> needles) {
        this.needles = needles;
    }

    /** Returns a canary for every secret that {@link TestTokens} creates, in any process. */
    public static SecretCanary ofTestTokens() {
        return new SecretCanary(SecretForm.of(TestTokens.MARKER));
    }

    /**
     * Returns a canary that also finds another secret.
     *
     * @throws IllegalArgumentException if it has fewer than {@value #SHORTEST} characters
     */
    public SecretCanary watching(Secret other) {
        String text = other.reveal();
        if (text.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    "a secret of fewer than " + SHORTEST + " characters cannot be recognized");
        }
        Set<SecretForm> more = new LinkedHashSet<>(needles);
        more.addAll(SecretForm.of(text.substring(0, SHORTEST)));
        more.addAll(SecretForm.of(text.substring(text.length() - SHORTEST)));
        return new SecretCanary(Collections.unmodifiableSet(more));
    }

    /** Returns one sentence for each form in which a text contains a secret; empty if there is none. */
    public List<String> leaksIn(String place, CharSequence text) {
        String whole = text.toString();
        String lower = SecretForm.folded(whole);
        return needles.stream()
                .flatMap(needle -> needle.find(whole, lower).stream()
                        .mapToObj(at -> place + ": a secret " + needle.form() + " at character " + at))
                .toList();
    }

    /** Fails if a text contains a secret. */
    public void assertNoneIn(String place, CharSequence text) {
        report(leaksIn(place, text));
    }

    /** Fails if an exception, a cause or a suppressed exception contains a secret. */
    public void assertNoneIn(Throwable problem) {
        List<String> leaks = new ArrayList<>();
        collect(problem, Collections.newSetFromMap(new IdentityHashMap<>()), leaks);
        report(leaks);
    }

    /** Fails if {@code toString} of an object contains a secret. Exceptions are checked with their causes. */
    public void assertNonePrintedBy(Object... objects) {
        for (Object one : objects) {
            if (one instanceof Throwable problem) {
                assertNoneIn(problem);
            }
            assertNoneIn(one.getClass().getSimpleName() + ".toString()", one.toString());
        }
    }

    /**
     * Fails if a file or a file name below a folder contains a secret.
     *
     * @throws IOException if a file cannot be read
     */
    public void assertNoneBelow(Path folder) throws IOException {
        List<String> leaks = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = folder.relativize(file).toString();
                leaks.addAll(leaksIn("a file name", name));
                leaks.addAll(leaksIn(name, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)));
            }
        }
        report(leaks);
    }

    private void collect(Throwable problem, Set<Throwable> seen, List<String> leaks) {
        if (seen.size() > DEEPEST || !seen.add(problem)) {
            return;
        }
        leaks.addAll(leaksIn(problem.getClass().getSimpleName(), problem.toString()));
        if (problem.getMessage() != null) {
            leaks.addAll(leaksIn(problem.getClass().getSimpleName() + ".getMessage()", problem.getMessage()));
        }
        if (problem.getCause() != null) {
            collect(problem.getCause(), seen, leaks);
        }
        for (Throwable suppressed : problem.getSuppressed()) {
            collect(suppressed, seen, leaks);
        }
    }

    private static void report(List<String> leaks) {
        if (!leaks.isEmpty()) {
            throw new AssertionError("secrets leaked:\n  " + String.join("\n  ", leaks));
        }
    }
}
