package dev.evertoken.internal.account;

import dev.evertoken.internal.client.ClientCredentialsCall;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.TokenResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Tokens of the application itself. They are only kept in memory, because requesting another one costs nothing; one
 * request at a time for each registration. Thread-safe.
 */
public final class ClientCredentialsTokens {

    private static final Duration LARGEST_MARGIN = Duration.ofMinutes(1);

    private record Kept(AccessToken token, Instant renewAt) {}

    private final RecordMapper mapper;
    private final Timekeeper time;
    private final Duration maxWait;
    private final ClientCredentialsCall clientCredentials;
    private final ConcurrentMap<String, Kept> kept = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, CompletableFuture<AccessToken>> inFlight = new ConcurrentHashMap<>();

    public ClientCredentialsTokens(
            ClientCredentialsCall clientCredentials, RecordMapper mapper, Timekeeper time, Duration maxWait) {
        this.mapper = mapper;
        this.time = time;
        this.maxWait = maxWait;
        this.clientCredentials = clientCredentials;
    }

    public AccessToken token(RegisteredClient registered) {
        String registration = registered.client().registration();
        Optional<AccessToken> known = fresh(registration);
        if (known.isPresent()) {
            return known.get();
        }
        CompletableFuture<AccessToken> mine = new CompletableFuture<>();
        CompletableFuture<AccessToken> flying = inFlight.putIfAbsent(registration, mine);
        return flying == null ? lead(registered, mine) : follow(registration, flying);
    }

    private Optional<AccessToken> fresh(String registration) {
        return Optional.ofNullable(kept.get(registration))
                .filter(one -> time.now().isBefore(one.renewAt()))
                .map(Kept::token);
    }

    private AccessToken lead(RegisteredClient registered, CompletableFuture<AccessToken> mine) {
        String registration = registered.client().registration();
        try {
            AccessToken token =
                    fresh(registration).orElseGet(() -> keep(registered, clientCredentials.response(registered)));
            mine.complete(token);
            return token;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            inFlight.remove(registration, mine);
        }
    }

    private AccessToken follow(String registration, CompletableFuture<AccessToken> flying) {
        try {
            if (!time.await(flying, maxWait)) {
                throw failed(
                        Problem.WAIT_TIMEOUT,
                        "a client credentials request of " + registration + " did not finish in time");
            }
            return flying.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(Problem.WAIT_TIMEOUT, "the waiting thread was interrupted");
        } catch (CompletionException e) {
            throw e.getCause() instanceof TokenException failure
                    ? failure.copy()
                    : failed(Problem.INTERNAL, "the client credentials request failed");
        }
    }

    private AccessToken keep(RegisteredClient registered, TokenResponse response) {
        TokenSet tokens = clientCredentials.tokens(response);
        Instant issued = response.issuedAt();
        Duration usual = registered.client().profile().defaultLifetime();
        Instant end = tokens.expiresAt().orElse(issued.plus(usual));
        AccessToken token = new AccessToken(
                tokens.accessToken(), tokens.tokenType(), Optional.of(end), mapper.newId(), 1, issued, tokens.scopes());
        Duration tenth = Duration.between(issued, end).dividedBy(10);
        Duration margin = tenth.compareTo(LARGEST_MARGIN) < 0 ? tenth : LARGEST_MARGIN;
        kept.put(registered.client().registration(), new Kept(token, end.minus(margin)));
        return token;
    }

    private static TokenException failed(Problem problem, String detail) {
        return TokenException.about(problem).detail(detail).build();
    }
}
