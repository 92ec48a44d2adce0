package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Secret;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.RefreshRequest.SendPermit;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One request to a token endpoint or a related endpoint. Its string form has the names of the parameters but never the
 * values. Immutable.
 *
 * @param method {@code POST}, {@code GET} or {@code DELETE}
 * @param address the target, already checked by {@link dev.evertoken.spi.provider.Endpoints}
 * @param query the parameters to append to the address; they may hold secrets, so they are kept apart from the address,
 *     which is printed
 * @param form the parameters of the body; empty for a request without a body
 * @param json whether the body is a JSON object of these parameters instead of a form
 * @param headers further headers, which replace the usual ones of the same name; none of them is a secret
 * @param authorization the header's value, empty for none
 * @param authorizationHeader the name of that header
 * @param deadline a millisecond or more; the limit of the whole call, including name resolution and connecting
 * @param permit checked once, after the connection is established
 * @param time the clock for the deadline and the send time
 * @param readLimit how long after its start the response is read on if it is overdue at the deadline; the deadline if it
 *     is not
 * @param resendable whether the request may be sent again if its connection breaks before a response; never true for a
 *     code or a refresh token that is used up, and only if the response is not read on after the deadline
 */
public record TokenEndpointRequest(
        String method,
        URI address,
        FormEncoding query,
        Optional<FormEncoding> form,
        boolean json,
        Map<String, String> headers,
        Optional<Secret> authorization,
        String authorizationHeader,
        Duration deadline,
        SendPermit permit,
        Timekeeper time,
        Duration readLimit,
        boolean resendable) {

    private static final String AUTHORIZATION = "Authorization";
    private static final FormEncoding NOTHING = FormEncoding.of(Map.of());

    public TokenEndpointRequest {
        if (deadline.toMillis() < 1) {
            throw new IllegalArgumentException("call deadline " + deadline + " is shorter than a millisecond");
        }
        if (resendable && readLimit.compareTo(deadline) > 0) {
            throw new IllegalArgumentException("a response that is read on belongs to a request that is sent once");
        }
    }

    public static TokenEndpointRequest post(
            URI address,
            FormEncoding form,
            Optional<Secret> authorization,
            Duration deadline,
            SendPermit permit,
            Timekeeper time) {
        return new TokenEndpointRequest(
                "POST",
                address,
                NOTHING,
                Optional.of(form),
                false,
                Map.of(),
                authorization,
                AUTHORIZATION,
                deadline,
                permit,
                time,
                deadline,
                false);
    }

    /** Returns a request without a body, with all parameters in its address. */
    public static TokenEndpointRequest get(
            URI address,
            FormEncoding query,
            Optional<Secret> authorization,
            Duration deadline,
            SendPermit permit,
            Timekeeper time) {
        return new TokenEndpointRequest(
                "GET",
                address,
                query,
                Optional.empty(),
                false,
                Map.of(),
                authorization,
                AUTHORIZATION,
                deadline,
                permit,
                time,
                deadline,
                false);
    }

    /** Returns the same request with these parameters in its address. */
    TokenEndpointRequest asking(FormEncoding parameters) {
        Copy copy = new Copy(this);
        copy.query = parameters;
        return copy.request();
    }

    /** Returns the same request with its authorization in another header. */
    TokenEndpointRequest authorizedIn(String header) {
        Copy copy = new Copy(this);
        copy.authorizationHeader = header;
        return copy.request();
    }

    /** Returns the same request with another method. */
    public TokenEndpointRequest by(String other) {
        Copy copy = new Copy(this);
        copy.method = other;
        return copy.request();
    }

    /** Returns the same request with other headers, and with its body as JSON or as a form. */
    TokenEndpointRequest with(Map<String, String> otherHeaders, boolean asJson) {
        Copy copy = new Copy(this);
        copy.headers = otherHeaders;
        copy.json = asJson;
        return copy.request();
    }

    /** Returns the same request with another read limit. */
    TokenEndpointRequest readingUntil(Duration limit) {
        Copy copy = new Copy(this);
        copy.readLimit = limit;
        return copy.request();
    }

    /** Returns the same request, which may be sent again if {@code harmless}. */
    public TokenEndpointRequest resendable(boolean harmless) {
        Copy copy = new Copy(this);
        copy.resendable = harmless;
        return copy.request();
    }

    /** Returns the same request with at most this deadline. */
    TokenEndpointRequest within(Duration most) {
        if (most.compareTo(deadline) >= 0) {
            return this;
        }
        Copy copy = new Copy(this);
        copy.deadline = most;
        copy.readLimit = readsOn() ? readLimit : most;
        return copy.request();
    }

    /** Returns whether an overdue response is read on. */
    boolean readsOn() {
        return readLimit.compareTo(deadline) > 0;
    }

    /** Returns the text of the body, with secrets in clear text; empty for a request without a body. */
    Optional<String> body() {
        if (form.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(json ? form.get().json() : form.get().text());
    }

    /** Returns the full address to request, with secrets in clear text. */
    String target() {
        String more = query.text();
        String separator = address.getRawQuery() == null ? "?" : "&";
        return more.isEmpty() ? address.toString() : address + separator + more;
    }

    /** A copy of a request, of which some parts change. Used by one thread. */
    private static final class Copy {
        private final TokenEndpointRequest from;
        private String method;
        private FormEncoding query;
        private boolean json;
        private Map<String, String> headers;
        private String authorizationHeader;
        private Duration deadline;
        private Duration readLimit;
        private boolean resendable;

        Copy(TokenEndpointRequest from) {
            this.from = from;
            this.method = from.method;
            this.query = from.query;
            this.json = from.json;
            this.headers = from.headers;
            this.authorizationHeader = from.authorizationHeader;
            this.deadline = from.deadline;
            this.readLimit = from.readLimit;
            this.resendable = from.resendable;
        }

        TokenEndpointRequest request() {
            return new TokenEndpointRequest(
                    method,
                    from.address,
                    query,
                    from.form,
                    json,
                    headers,
                    from.authorization,
                    authorizationHeader,
                    deadline,
                    from.permit,
                    from.time,
                    readLimit,
                    resendable);
        }
    }
}
