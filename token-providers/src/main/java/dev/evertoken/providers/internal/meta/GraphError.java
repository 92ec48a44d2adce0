package dev.evertoken.providers.internal.meta;

import dev.evertoken.providers.internal.oauth2.ResponseBody;
import dev.evertoken.providers.internal.oauth2.TokenError;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A refusal of the Graph API in whichever of its shapes: the envelope, the flat ones, the legacy {@code meta}, the item
 * of a batch. What it says is matched, never shown. Immutable.
 *
 * @param code decides; may be negative; {@link #NONE} if there is none
 * @param subcode says more of some codes; {@link #NONE} if there is none
 * @param type as {@code OAuthException}; empty if there is none
 * @param message for people; empty if there is none
 * @param isTransient true if the provider says that it will pass, whatever the code
 * @param trace what the provider's support asks for; empty if there is none that can be shown
 */
public record GraphError(
        int code, int subcode, String type, String message, boolean isTransient, Optional<String> trace) {

    static final int NONE = 0;

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");
    private static final Pattern TRACE = Pattern.compile("[A-Za-z0-9_-]{5,40}");

    /** Reads a refusal; empty if the body is none. */
    public static Optional<GraphError> of(ResponseBody body) {
        Optional<ResponseBody> envelope = body.object("error");
        if (envelope.isPresent()) {
            return envelope.map(GraphError::enveloped);
        }
        if (body.has("error_code") || body.has("error_type")) {
            return Optional.of(flat(body));
        }
        Optional<ResponseBody> meta = body.object("meta").filter(inner -> inner.has("error_type"));
        return meta.map(GraphError::flat);
    }

    private static GraphError enveloped(ResponseBody error) {
        return new GraphError(
                number(error, "code"),
                error.has("error_subcode") ? number(error, "error_subcode") : number(error, "subcode"),
                error.text("type").orElse(""),
                error.text("message").orElse(""),
                error.isTrue("is_transient"),
                error.text("fbtrace_id").filter(TRACE.asMatchPredicate()));
    }

    /** The {@code code} beside an {@code error_type} is no Graph code but the status once more. */
    private static GraphError flat(ResponseBody body) {
        String message = body.text("error_message")
                .or(() -> body.text("error_msg"))
                .or(() -> body.text("error_description"))
                .orElse("");
        return new GraphError(
                number(body, "error_code"),
                number(body, "error_subcode"),
                body.text("error_type").orElse(""),
                message,
                body.isTrue("is_transient"),
                body.text("fbtrace_id").filter(TRACE.asMatchPredicate()));
    }

    private static int number(ResponseBody body, String name) {
        return body.text(name)
                .filter(NUMBER.asMatchPredicate())
                .map(Integer::parseInt)
                .orElse(NONE);
    }

    /** Returns what may be shown of it; empty if nothing says that it is the Graph API that speaks. */
    public Optional<String> shown() {
        if (type.isEmpty() || code == NONE) {
            return Optional.empty();
        }
        String numbers = "code " + code + (subcode == NONE ? "" : "/" + subcode);
        return Optional.of(trace.map(id -> numbers + " (trace " + id + ")").orElse(numbers));
    }

    // ---- what a row may look at

    static Predicate<TokenError> code(int... codes) {
        return where(error -> Arrays.stream(codes).anyMatch(any -> any == error.code));
    }

    static Predicate<TokenError> codeWithin(int first, int last) {
        return where(error -> first <= error.code && error.code <= last);
    }

    static Predicate<TokenError> subcode(int... subcodes) {
        return where(error -> Arrays.stream(subcodes).anyMatch(any -> any == error.subcode));
    }

    static Predicate<TokenError> type(String name) {
        return where(error -> error.type.equals(name));
    }

    static Predicate<TokenError> says(String... words) {
        return where(error -> Arrays.stream(words).anyMatch(error.message::contains));
    }

    /** Server errors pass, and so does what the provider calls transient, whatever else it says. */
    static Predicate<TokenError> passing() {
        return where(GraphError::isTransient).or(at -> at.status() >= 500);
    }

    private static Predicate<TokenError> where(Predicate<GraphError> test) {
        return at -> of(at.body()).filter(test).isPresent();
    }

    @Override
    public String toString() {
        return "GraphError[" + code + "/" + subcode + "]";
    }
}
