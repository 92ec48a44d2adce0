package dev.evertoken.providers.internal.google;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Google's authorization, followed by a lookup of the channel that the user selected. The tokens belong to the channel
 * and not to the Google account, which may have several channels. The tokens are returned even if the lookup fails.
 * Thread-safe.
 *
 * @param flow the flow of Google
 * @param channel looks up the channel
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
    public TokenOutcome exchange(ExchangeRequest request) {
        Deadline deadline = Deadline.of(request.callDeadline(), request.time());
        TokenOutcome outcome = flow.exchange(request);
        if (!(outcome instanceof TokenOutcome.Issued issued)) {
            return outcome;
        }
        TokenResponse response = issued.response();
        Optional<String> channelId = response.toTokenSet()
                .filter(tokens ->
                        YouTubeChannel.isVisibleTo(tokens.scopes().isEmpty() ? request.scopes() : tokens.scopes()))
                .flatMap(tokens -> deadline.left().flatMap(left -> channelOf(tokens, request, left)));
        return new TokenOutcome.Issued(response.toBuilder().subject(channelId).build());
    }

    private Optional<String> channelOf(TokenSet tokens, ExchangeRequest request, Duration left) {
        Validation validation = lookUp(new HeldTokens(request.key(), request.client(), tokens, left, request.time()));
        if (validation.subject().isEmpty()) {
            log.warn("{}: connected, but the channel is unknown: {}", request.key(), validation.detail());
        }
        return validation.subject();
    }

    /** Looks up the channel. The code is already used, so even a bug in the lookup must not lose the tokens. */
    private Validation lookUp(HeldTokens held) {
        try {
            return channel.lookUp(held);
        } catch (RuntimeException e) {
            log.warn("{}: channel lookup failed", held.key(), e);
            return Validation.failed(Validation.Verdict.UNKNOWN, Problem.INTERNAL, "channel lookup failed");
        }
    }
}
