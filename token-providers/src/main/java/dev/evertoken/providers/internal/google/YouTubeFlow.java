package dev.evertoken.providers.internal.google;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.ExchangeOutcome;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Google's authorization, followed by a look at the channel that was picked during it: that is whose the tokens are,
 * and not the Google account, which may have several. Whatever the look ends with, the tokens are handed over.
 * Thread-safe.
 *
 * @param flow Google's
 * @param channel who looks
 */
public record YouTubeFlow(AuthorizationFlow flow, YouTubeChannel channel) implements AuthorizationFlow {

    private static final Logger log = LoggerFactory.getLogger(YouTubeFlow.class);

    @Override
    public Pkce pkce() {
        return flow.pkce();
    }

    @Override
    public URI url(AuthorizationRequest request) {
        return flow.url(request);
    }

    @Override
    public Optional<Problem> redirectError(String code) {
        return flow.redirectError(code);
    }

    @Override
    public ExchangeOutcome exchange(ExchangeRequest request) {
        Deadline deadline = Deadline.of(request.callDeadline(), request.time());
        ExchangeOutcome outcome = flow.exchange(request);
        if (!(outcome instanceof ExchangeOutcome.Issued answered)) {
            return outcome;
        }
        TokenResponse response = answered.response();
        Optional<String> channelId = response.toTokenSet()
                .filter(tokens ->
                        YouTubeChannel.isVisibleTo(tokens.scopes().isEmpty() ? request.scopes() : tokens.scopes()))
                .flatMap(tokens -> deadline.left().flatMap(left -> channelOf(tokens, request, left)));
        return new ExchangeOutcome.Issued(
                response.toBuilder().subject(channelId).build());
    }

    private Optional<String> channelOf(TokenSet tokens, ExchangeRequest request, Duration left) {
        Validation seen = look(new HeldTokens(request.key(), request.client(), tokens, left, request.time()));
        if (seen.subject().isEmpty()) {
            log.warn("{}: connected, but its channel is not known: {}", request.key(), seen.detail());
        }
        return seen.subject();
    }

    /** The code is spent: even a mistake in here must not cost the tokens. */
    private Validation look(HeldTokens held) {
        try {
            return channel.look(held);
        } catch (RuntimeException e) {
            log.warn("{}: the look at its channel failed", held.key(), e);
            return Validation.failed(Validation.Verdict.UNKNOWN, Problem.INTERNAL, "the look failed");
        }
    }
}
