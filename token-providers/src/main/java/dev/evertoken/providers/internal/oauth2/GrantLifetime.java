package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * How long a grant lasts if no response tells. A time in a response takes precedence. Immutable.
 *
 * @param absolute the time from the consent to the end, whatever happens
 * @param idle the time from the last refresh to the end
 */
public record GrantLifetime(Optional<Duration> absolute, Optional<Duration> idle) {

    /** The attribute that keeps the absolute end, if the end that is told to the engine is an earlier one. */
    static final String ABSOLUTE_END = "evertoken_grant_end";

    /** Returns whether the lifetime is known. */
    public boolean isKnown() {
        return absolute.isPresent() || idle.isPresent();
    }

    /** Returns the outcome of an exchange with the end of the grant. */
    TokenOutcome consented(TokenOutcome outcome) {
        return mapped(outcome, response -> {
            Optional<Instant> last = absolute.map(response.issuedAt()::plus);
            TokenResponse ending = ending(response, last);
            return last.isPresent() && idle.isPresent() ? keeping(ending, last.get()) : ending;
        });
    }

    /** Returns a refresher that reports the end of the grant. */
    public Refresher limit(Refresher delegate) {
        return request -> refreshed(delegate.refresh(request), request);
    }

    private TokenOutcome refreshed(TokenOutcome outcome, RefreshRequest request) {
        TokenSet before = request.tokens();
        Optional<Instant> end = before.refreshTokenExpiresAt();
        boolean ended =
                end.filter(moment -> !request.time().now().isBefore(moment)).isPresent();
        if (ended && outcome instanceof TokenOutcome.Refused refused) {
            return new TokenOutcome.Refused(expired(refused.verdict(), end.get()));
        }
        Optional<Instant> last = idle.isPresent() ? absoluteEnd(before) : end.filter(any -> absolute.isPresent());
        return mapped(outcome, response -> ending(response, last));
    }

    private TokenResponse ending(TokenResponse response, Optional<Instant> last) {
        Optional<Instant> end = Stream.of(last, idle.map(response.issuedAt()::plus))
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
        return response.refreshTokenExpiresAt().isPresent() || end.isEmpty()
                ? response
                : response.toBuilder().refreshTokenExpiresAt(end).build();
    }

    private static TokenResponse keeping(TokenResponse response, Instant last) {
        Map<String, Secret> attributes = new LinkedHashMap<>(response.attributes());
        attributes.put(ABSOLUTE_END, Secret.of(last.toString()));
        return response.toBuilder().attributes(attributes).build();
    }

    private static Optional<Instant> absoluteEnd(TokenSet tokens) {
        return Optional.ofNullable(tokens.attributes().get(ABSOLUTE_END))
                .flatMap(text -> LifetimeParser.date(text.reveal(), tokens.issuedAt()));
    }

    private static TokenVerdict expired(TokenVerdict verdict, Instant end) {
        return verdict.kind() == TokenVerdict.Kind.GRANT_DEAD
                ? TokenVerdict.of(
                        TokenVerdict.Kind.GRANT_DEAD,
                        Problem.GRANT_EXPIRED,
                        verdict.detail() + ": the lifetime of the grant ended at " + end)
                : verdict;
    }

    private static TokenOutcome mapped(TokenOutcome outcome, UnaryOperator<TokenResponse> change) {
        if (outcome instanceof TokenOutcome.Issued issued) {
            return new TokenOutcome.Issued(change.apply(issued.response()));
        }
        return outcome instanceof TokenOutcome.Overdue overdue
                ? new TokenOutcome.Overdue(overdue.verdict(), overdue.late().thenApply(late -> mapped(late, change)))
                : outcome;
    }
}
