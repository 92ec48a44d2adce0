package dev.evertoken.providers.internal.oauth2;

import static dev.evertoken.providers.internal.oauth2.TokenRule.error;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Revokes by RFC 7009: a POST of the refresh token, or of the access token where there is none. Thread-safe.
 */
public final class TokenRevoker implements Revoker {

    /** What only a revocation endpoint says; before the provider's own rules. */
    private static final List<TokenRule> RULES = List.of(
            rule(error("invalid_token", "invalid_grant"), Kind.GRANT_DEAD, Problem.GRANT_DEAD),
            rule(error("unsupported_token_type"), Kind.UNKNOWN, Problem.REQUEST_REJECTED));

    private final EndpointCall endpoint;
    private final RuleTokenDialect dialect;
    private final boolean sendsHint;

    /** @param sendsHint whether {@code token_type_hint} is sent (RFC 7009 section 2.1) */
    public TokenRevoker(TokenEndpoint endpoint, RuleTokenDialect dialect, boolean sendsHint) {
        this.endpoint = new EndpointCall(endpoint, EndpointKind.REVOKE);
        this.dialect = dialect.after(RULES);
        this.sendsHint = sendsHint;
    }

    @Override
    public RevokeOutcome revoke(HeldTokens held) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(
                "token",
                held.tokens().refreshToken().orElse(held.tokens().accessToken()).reveal());
        if (sendsHint) {
            fields.put("token_type_hint", held.tokens().refreshToken().isPresent() ? "refresh_token" : "access_token");
        }
        return outcome(endpoint, dialect, held, endpoint.post(held, fields));
    }

    /** Reads any answer to a revocation; what is not known to be for good may be asked again, which is harmless. */
    public static RevokeOutcome outcome(
            EndpointCall endpoint, RuleTokenDialect dialect, HeldTokens held, EndpointOutcome reply) {
        if (reply instanceof EndpointOutcome.NotSent kept) {
            return kept.problem() == Problem.NOT_SUPPORTED || kept.problem() == Problem.ENDPOINT_MOVED
                    ? new RevokeOutcome.Refused(kept.problem(), kept.detail())
                    : new RevokeOutcome.Unknown(kept.problem(), kept.detail());
        }
        if (reply instanceof EndpointOutcome.Lost lost) {
            return new RevokeOutcome.Unknown(lost.problem(), lost.detail());
        }
        EndpointOutcome.Response answered = (EndpointOutcome.Response) reply;
        TokenError at = TokenError.of(endpoint.context(held), answered.response(), false);
        boolean page = at.body().shape() == ResponseBody.Shape.PAGE;
        if (at.status() / 100 == 2
                && at.status() != 202
                && !at.isRefusal()
                && !page
                && !at.body().isFalse("revoked")) {
            return new RevokeOutcome.Revoked(false);
        }
        TokenVerdict verdict = TokenRequests.withoutSecrets(
                dialect.judge(at.context(), answered.response()), answered.response(), SecretEchoFilter.of(held));
        return switch (verdict.kind()) {
            case GRANT_DEAD -> new RevokeOutcome.Revoked(true);
            case RATE_LIMITED, TRANSIENT, NOT_YET -> new RevokeOutcome.Unknown(verdict.problem(), verdict.detail());
            case UNKNOWN, CLIENT_INVALID, APP_BLOCKED, ACCOUNT_UNUSABLE, SCOPE_INVALID ->
                new RevokeOutcome.Refused(verdict.problem(), verdict.detail());
        };
    }
}
