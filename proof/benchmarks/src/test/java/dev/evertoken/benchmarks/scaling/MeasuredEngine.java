package dev.evertoken.benchmarks.scaling;

import dev.evertoken.Tokens;
import dev.evertoken.background.BackgroundRefresh;
import dev.evertoken.background.SweepReport;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An engine over a store with the accounts of the mix. Not thread-safe; must be closed. */
final class MeasuredEngine implements AutoCloseable {

    static final String NAMESPACE = "crm";

    /** Counts something. */
    interface Counter {
        /** Returns the count since the last call. */
        int take();
    }

    private static final int KEY_BYTES = 32;
    private static final int ROUNDS = 3;
    private static final Duration HOURS = Duration.ofHours(3);

    private final MockProviders providers = MockProviders.start();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Tokens tokens;

    MeasuredEngine(TokenStore store) {
        this.tokens = providers
                .configure(Tokens.builder())
                .namespace(NAMESPACE)
                .environment("prod")
                .store(store)
                .withoutJournal()
                .encryption(KeyRing.of("k1", new byte[KEY_BYTES]))
                .build();
    }

    /** Imports accounts with the shares of the mix, whose tokens were issued now; the numbers are multiples of 100. */
    void importMix(int from, int to) {
        Stream<Map.Entry<TokenKey, TokenSet>> rows = Arrays.stream(ProviderShare.values())
                .flatMap(share -> IntStream.range(from / 100 * share.percent, to / 100 * share.percent)
                        .mapToObj(n -> Map.entry(TokenKey.of(share.registration, "user-" + n), tokensOf(share))));
        try (var results = tokens.connectAll(rows)) {
            long connected = results.peek(result ->
                            require(result.outcome() == ConnectResult.Outcome.CONNECTED, "not imported: " + result))
                    .count();
            require(connected == to - from, "imported " + connected + " of " + (to - from));
        }
    }

    private TokenSet tokensOf(ProviderShare share) {
        Instant now = Instant.now();
        TokenSet.Builder set =
                TokenSet.builder(text(share.accessTokenLength)).issuedAt(now).expiresAt(now.plus(share.lifetime));
        return share.refreshTokenLength == 0
                ? set.build()
                : set.refreshToken(text(share.refreshTokenLength)).build();
    }

    private String text(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes).substring(0, length);
    }

    /** Connects an account and refreshes it once, so that nothing is done for the first time. */
    void warm(ProviderShare share) {
        MockProvider provider = providers.provider(share.registration);
        TokenKey key = account(share);
        tokens.connect(key, provider.consent(key.account()));
        tokens.replace(key, tokens.accessToken(key));
    }

    /** Refreshes the warm account a few times, and returns the least that one refresh has cost by a counter. */
    int leastOfARefresh(ProviderShare share, Counter counter) {
        return IntStream.range(0, ROUNDS)
                .map(round -> {
                    AccessToken current = tokens.accessToken(account(share));
                    counter.take();
                    tokens.replace(account(share), current);
                    return counter.take();
                })
                .min()
                .orElseThrow();
    }

    private static TokenKey account(ProviderShare share) {
        return TokenKey.of(share.registration, "measured");
    }

    /** Connects accounts whose tokens have expired. */
    void importExpired(ProviderShare share, int from, int to) {
        MockProvider provider = providers.provider(share.registration);
        IntStream.range(from, to).forEach(n -> {
            TokenSet consent = provider.consent("late-" + n);
            Instant issued = consent.issuedAt().minus(share.lifetime).minus(HOURS);
            tokens.connect(
                    TokenKey.of(share.registration, "late-" + n),
                    consent.toBuilder()
                            .issuedAt(issued)
                            .expiresAt(issued.plus(share.lifetime))
                            .build());
        });
    }

    /** Refreshes all accounts that are due, in the background, and checks their number. */
    void sweep(int due) {
        SweepReport report = BackgroundRefresh.builder(tokens)
                .refreshIdle()
                .ratePerMinute(1_000_000)
                .auditReads(1)
                .build()
                .runOnce(Instant.now().plus(Duration.ofMinutes(2)));
        require(report.refreshed() == due, "refreshed " + report.refreshed() + " of " + due);
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    @Override
    public void close() {
        tokens.close();
        providers.close();
    }
}
