package dev.evertoken.internal.store.file;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Converts a failed file operation to the exception of a store; a failure for which waiting does not help counts as
 * rejected. A disk that is full or read-only, and a lack of file handles, are temporary states. Thread-safe.
 */
public final class FileErrors {

    /** The messages of operating systems, in lower case, with their meaning for the operator. */
    private static final Map<String, String> PASSING = Map.of(
            "no space left", "the disk accepts no writes because it is full",
            "not enough space", "the disk accepts no writes because it is full",
            "quota exceeded", "the disk accepts no writes because the quota of this user is exhausted",
            "read-only file system", "the disk accepts no writes because its file system is read-only",
            "too many open files", "this process or its system has too many open files",
            "input/output error", "the disk reports an error");

    private FileErrors() {}

    /** @param failure the failure in a few words, without a period */
    public static TokenException.Builder about(String failure, IOException e) {
        return builder(isRefused(e) ? Problem.STORE_REFUSED : Problem.STORE_UNAVAILABLE, failure, e);
    }

    /** Returns a builder like {@link #about} for a directory that is being opened; by default it is unsuitable. */
    public static TokenException.Builder ofOpening(String failure, IOException e) {
        return builder(passes(e) ? Problem.STORE_UNAVAILABLE : Problem.STORE_REFUSED, failure, e);
    }

    /**
     * Returns whether a failure may end without a change of the configuration: the disk is full or read-only, or file
     * handles are used up.
     */
    public static boolean passes(IOException e) {
        return passing(e).isPresent();
    }

    private static TokenException.Builder builder(Problem problem, String failure, IOException e) {
        return TokenException.about(problem)
                .detail(failure + ": " + sentence(e))
                .cause(e);
    }

    /** Returns the failure as one sentence, which begins with the state of the disk if that is the cause. */
    public static String sentence(IOException e) {
        String sentence = PrivateFiles.sentence(e);
        return passing(e).map(state -> state + " (" + sentence + ")").orElse(sentence);
    }

    private static boolean isRefused(IOException e) {
        return e instanceof AccessDeniedException || e instanceof RefusedFileException;
    }

    private static Optional<String> passing(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return PASSING.entrySet().stream()
                .filter(entry -> message.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
