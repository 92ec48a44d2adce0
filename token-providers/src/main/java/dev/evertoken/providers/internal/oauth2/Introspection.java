package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.providers.description.EndpointRequest;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.Validator;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Validates a token by RFC 7662 or by the provider's own variant of it. Thread-safe. */
public final class Introspection implements Validator {

    /** The request and the response format of an introspection endpoint. */
    public enum Style {
        /** RFC 7662: {@code token}, the client's proof, and {@code active}. */
        RFC_7662("token", "exp"),
        /** LinkedIn: like RFC 7662, but without a hint and with {@code expires_at} instead of {@code exp}. */
        LINKEDIN("token", "expires_at"),
        /** Google: {@code access_token}; any 2xx response means valid, {@code invalid_token} means invalid. */
        TOKENINFO("access_token", "exp");

        private final String parameter;
        private final String end;

        Style(String parameter, String end) {
            this.parameter = parameter;
            this.end = end;
        }
    }

    private final EndpointCall endpoint;
    private final RuleTokenDialect dialect;
    private final Style style;
    private final EndpointRequest shape;

    public Introspection(TokenEndpoint endpoint, RuleTokenDialect dialect, Style style) {
        this(new EndpointCall(endpoint, EndpointKind.INTROSPECT), dialect, style, withParameter(style));
    }

    /** Creates a validation by RFC 7662 with a request of another form. */
    public Introspection(EndpointCall endpoint, RuleTokenDialect dialect, EndpointRequest shape) {
        this(endpoint, dialect, Style.RFC_7662, shape);
    }

    private static EndpointRequest withParameter(Style style) {
        return EndpointRequest.OF_THE_RFC.tokenParameter(style.parameter);
    }

    private Introspection(EndpointCall endpoint, RuleTokenDialect dialect, Style style, EndpointRequest shape) {
        this.shape = shape;
        this.endpoint = endpoint;
        this.dialect = dialect;
        this.style = style;
    }

    @Override
    public Validation validate(HeldTokens held) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(
                shape.tokenParameter(),
                held.tokens().accessToken().orElseThrow().reveal());
        if (style == Style.RFC_7662 && shape.equals(EndpointRequest.OF_THE_RFC)) {
            fields.put("token_type_hint", "access_token");
        }
        EndpointOutcome outcome = endpoint.send(held, shape, fields);
        if (outcome instanceof EndpointOutcome.NotSent notSent) {
            return Validation.failed(Verdict.UNKNOWN, notSent.problem(), notSent.detail());
        }
        if (outcome instanceof EndpointOutcome.Lost lost) {
            return Validation.failed(Verdict.UNKNOWN, lost.problem(), lost.detail());
        }
        return read(held, ((EndpointOutcome.Response) outcome).response());
    }

    private Validation read(HeldTokens held, ProviderResponse response) {
        TokenError at = TokenError.of(endpoint.context(held), response, false);
        ResponseBody body = at.body();
        if (isInactive(at)) {
            Optional<String> excuse =
                    style == Style.RFC_7662 ? ForeignAudience.excuse(held, response.at()) : Optional.empty();
            if (excuse.isPresent()) {
                return Validation.failed(Verdict.UNKNOWN, Problem.NOT_SUPPORTED, at.sentence() + ": " + excuse.get());
            }
            return Validation.rejected(at.sentence() + ": the token is " + condition(body));
        }
        if (!isActive(at)) {
            TokenVerdict verdict = TokenRequests.withoutSecrets(
                    dialect.judge(at.context(), response), response, SecretEchoFilter.of(held));
            return Validation.failed(Verdict.UNKNOWN, verdict.problem(), verdict.detail());
        }
        String clientId = held.client().credentials().clientId();
        Optional<String> owner = style == Style.TOKENINFO ? body.text("aud") : body.text("client_id");
        if (owner.filter(other -> !other.equals(clientId)).isPresent()) {
            return Validation.failed(
                    Verdict.UNUSABLE, Problem.CLIENT_MISMATCH, "the token was issued to another client id");
        }
        return Validation.valid(body.text("sub"), scopes(body), expiry(body, response.at()));
    }

    /** Returns the state of a token that is not active; LinkedIn reports which one. */
    private static String condition(ResponseBody body) {
        return body.text("status")
                .filter(word -> word.equals("expired") || word.equals("revoked"))
                .orElse("not active");
    }

    private boolean isInactive(TokenError at) {
        return style != Style.TOKENINFO
                ? at.status() / 100 == 2 && at.body().isFalse("active")
                : at.status() == 400
                        && (at.error().filter("invalid_token"::equals).isPresent()
                                || at.description().equals("Invalid Value"));
    }

    private boolean isActive(TokenError at) {
        boolean good = at.status() / 100 == 2
                && at.body().shape() == ResponseBody.Shape.OBJECT
                && !at.isRefusal()
                && !dialect.recognizes(at);
        return good
                && (style == Style.TOKENINFO
                        ? at.body().text(style.end).isPresent()
                        : at.body().isTrue("active"));
    }

    private static Set<String> scopes(ResponseBody body) {
        Set<String> scopes = new LinkedHashSet<>(
                Arrays.asList(body.text("scope").orElse("").strip().split("[ ,]+")));
        scopes.remove("");
        return scopes;
    }

    private Optional<Instant> expiry(ResponseBody body, Instant now) {
        return body.text(style.end).flatMap(value -> LifetimeParser.date(value, now));
    }
}
