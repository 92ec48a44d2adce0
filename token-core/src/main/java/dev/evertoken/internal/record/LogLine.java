package dev.evertoken.internal.record;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** The text of log lines about accounts and clients. Thread-safe. */
public final class LogLine {

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

    private LogLine() {}

    /**
     * Returns one line on a problem: its subject, the remedy, the details, and the next event.
     *
     * @param subject the account or the client
     * @param next the next event, which completes the sentence
     */
    public static String of(Object subject, Problem problem, String detail, String next) {
        String reason = oneLine(detail);
        String part = reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason;
        return subject + ": " + problem + ", remedy " + problem.remedy() + ": " + part + "; " + next;
    }

    /** Returns the next event: the address for the user, the time of the next attempt, or the end of the problem. */
    public static String next(Remedy remedy, Optional<Instant> retryAt, Optional<URI> reconnectUrl) {
        return switch (remedy) {
            case RECONNECT ->
                reconnectUrl
                        .map(address -> "the user reconnects at " + address)
                        .orElse("the user has to connect the account again");
            case FIX_CONFIGURATION, CONTACT_SUPPORT ->
                retryAt.map(LogLine::nextAttempt).orElse("calls fail until it is corrected");
            case RETRY, WAIT -> retryAt.map(LogLine::nextAttempt).orElse("the next call tries again");
        };
    }

    private static String nextAttempt(Instant at) {
        return "next attempt at " + at;
    }

    /** Returns the reason of an expected failure, for a line without a stack trace. */
    public static String reason(Throwable failure) {
        return oneLine(failure instanceof TokenException known ? known.detail() : failure.toString());
    }

    /** Returns a text without line breaks and other control characters. */
    public static String oneLine(String text) {
        return CONTROL.matcher(text).replaceAll(" ");
    }
}
