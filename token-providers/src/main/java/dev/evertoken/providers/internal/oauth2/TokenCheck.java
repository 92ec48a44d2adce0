package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.spi.provider.Validator;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Replaces the refresh for tokens that never expire. When an API has rejected the token, the provider is asked whether it
 * is still valid: then it is returned again. Otherwise the grant has ended.
 *
 * <p>An answer that is not about the token changes nothing, and the next check follows after {@link #APART}. Thread-safe.
 */
public final class TokenCheck implements Refresher {

    /** The minimum time between two checks of a token. */
    public static final Duration APART = Duration.ofHours(1);

    private final Validator validator;

    public TokenCheck(Validator validator) {
        this.validator = validator;
    }

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        if (!request.permit().maySend()) {
            return new TokenOutcome.NotSent(Problem.WAIT_TIMEOUT, "the claim ends too soon; nothing was sent");
        }
        Instant sentAt = request.time().now();
        Validation said = validator.validate(new HeldTokens(
                request.key(), request.client(), request.tokens(), request.callDeadline(), request.time()));
        return switch (said.verdict()) {
            case VALID -> new TokenOutcome.Issued(again(request, said, sentAt));
            case REJECTED ->
                new TokenOutcome.Refused(TokenVerdict.of(Kind.GRANT_DEAD, Problem.GRANT_DEAD, said.detail()));
            case UNUSABLE, UNKNOWN -> new TokenOutcome.Refused(inconclusive(said, sentAt.plus(APART)));
        };
    }

    private static TokenResponse again(RefreshRequest request, Validation said, Instant sentAt) {
        return TokenResponse.builder(sentAt)
                .accessToken(request.tokens().accessToken())
                .tokenType(request.tokens().tokenType())
                .expiresAt(request.tokens().expiresAt())
                .subject(said.subject())
                .build();
    }

    private static TokenVerdict inconclusive(Validation said, Instant next) {
        Problem problem = said.problem().orElse(Problem.UNRECOGNIZED_RESPONSE);
        Kind kind = switch (problem) {
            case ACCOUNT_UNUSABLE -> Kind.ACCOUNT_UNUSABLE;
            case CLIENT_REJECTED -> Kind.CLIENT_INVALID;
            case APP_BLOCKED, APP_INACTIVE -> Kind.APP_BLOCKED;
            default -> Kind.NOT_YET;
        };
        return new TokenVerdict(kind, problem, Optional.of(next), said.detail());
    }
}
