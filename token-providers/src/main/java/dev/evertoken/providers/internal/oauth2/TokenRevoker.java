package dev.evertoken.providers.internal.oauth2;

import static dev.evertoken.providers.internal.oauth2.TokenRule.error;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.description.EndpointRequest;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Revokes by RFC 7009, with a POST of the refresh token, or of the access token if there is no refresh token.
 * Thread-safe.
 */
public final class TokenRevoker implements Revoker {

    /** The error codes of revocation endpoints, which precede the provider's own rules. */
    private static final List<TokenRule> RULES = List.of(
            rule(error("invalid_token", "invalid_grant"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            rule(error("unsupported_token_type"), Kind.UNKNOWN, Problem.REQUEST_REJECTED));

    /** The problems of the path to the provider: another attempt succeeds as soon as they are corrected. */
    private static final Set<Problem> CORRECTED_OUTSIDE =
            EnumSet.of(Problem.CERTIFICATE_NOT_TRUSTED, Problem.PROXY_REFUSED);

    private final EndpointCall endpoint;
    private final RuleTokenDialect dialect;
    private final boolean sendsHint;
    private final EndpointRequest shape;

    /** @param sendsHint whether {@code token_type_hint} is sent (RFC 7009 section 2.1) */
    public TokenRevoker(TokenEndpoint endpoint, RuleTokenDialect dialect, boolean sendsHint) {
        this(new EndpointCall(endpoint, EndpointKind.REVOKE), dialect, sendsHint, EndpointRequest.OF_THE_RFC);
    }

    /** Creates a revoker with a request of another form, which has a hint only if the form is that of the RFC. */
    public TokenRevoker(EndpointCall endpoint, RuleTokenDialect dialect, EndpointRequest shape) {
        this(endpoint, dialect, shape.equals(EndpointRequest.OF_THE_RFC), shape);
    }

    private TokenRevoker(EndpointCall endpoint, RuleTokenDialect dialect, boolean sendsHint, EndpointRequest shape) {
        this.shape = shape;
        this.endpoint = endpoint;
        this.dialect = dialect.after(RULES);
        this.sendsHint = sendsHint;
    }

    @Override
    public RevokeOutcome revoke(HeldTokens held) {
        Map<String, String> fields = new LinkedHashMap<>();
        boolean isAccessToken = shape.token() == EndpointRequest.Token.ACCESS_TOKEN;
        Optional<Secret> token = isAccessToken
                ? held.tokens().accessToken()
                : held.tokens().refreshToken().or(held.tokens()::accessToken);
        if (token.isEmpty()) {
            return new RevokeOutcome.Refused(
                    Problem.NOT_SUPPORTED, "the account has no access token yet; use the account once");
        }
        fields.put(shape.tokenParameter(), token.get().reveal());
        if (sendsHint) {
            fields.put("token_type_hint", held.tokens().refreshToken().isPresent() ? "refresh_token" : "access_token");
        }
        return outcome(endpoint, dialect, held, endpoint.send(held, shape, fields));
    }

    /**
     * Reads the response to a revocation. An error that is not known to be permanent may be retried, which is harmless.
     */
    public static RevokeOutcome outcome(
            EndpointCall endpoint, RuleTokenDialect dialect, HeldTokens held, EndpointOutcome outcome) {
        if (outcome instanceof EndpointOutcome.NotSent notSent) {
            return notSent.problem().remedy() == Remedy.FIX_CONFIGURATION
                            && !CORRECTED_OUTSIDE.contains(notSent.problem())
                    ? new RevokeOutcome.Refused(notSent.problem(), notSent.detail())
                    : new RevokeOutcome.Unknown(notSent.problem(), notSent.detail());
        }
        if (outcome instanceof EndpointOutcome.Lost lost) {
            return new RevokeOutcome.Unknown(lost.problem(), lost.detail());
        }
        EndpointOutcome.Response received = (EndpointOutcome.Response) outcome;
        TokenError at = TokenError.of(endpoint.context(held), received.response(), false);
        boolean isPage = at.body().shape() == ResponseBody.Shape.PAGE;
        if (at.status() / 100 == 2
                && at.status() != 202
                && !at.isRefusal()
                && !dialect.recognizes(at)
                && !isPage
                && !at.body().isFalse("revoked")) {
            return new RevokeOutcome.Revoked(false);
        }
        TokenVerdict verdict = TokenRequests.withoutSecrets(
                dialect.judge(at.context(), received.response()), received.response(), SecretEchoFilter.of(held));
        return switch (verdict.kind()) {
            case GRANT_DEAD -> new RevokeOutcome.Revoked(true);
            case RATE_LIMITED, TRANSIENT, NOT_YET -> new RevokeOutcome.Unknown(verdict.problem(), verdict.detail());
            case UNKNOWN, CLIENT_INVALID, APP_BLOCKED, ACCOUNT_UNUSABLE, SCOPE_INVALID ->
                new RevokeOutcome.Refused(verdict.problem(), verdict.detail());
        };
    }
}
