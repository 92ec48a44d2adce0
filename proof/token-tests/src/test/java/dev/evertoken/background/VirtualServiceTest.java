package dev.evertoken.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Six hours of a service in virtual time, with the accounts of five providers, of which a third are in use, lost
 * responses, and an outage of half an hour. A million accounts in the long form.
 */
class VirtualServiceTest {

    private static final Logger log = LoggerFactory.getLogger(VirtualServiceTest.class);
    private static final int ACCOUNTS = Boolean.getBoolean("evertoken.long") ? 1_000_000 : 10_000;
    private static final int BATCH = 1_000;
    private static final Duration STEP = Duration.ofMinutes(1);
    private static final int STEPS = 6 * 60;
    private static final int OUTAGE = 3 * 60;
    private static final int OUTAGE_END = OUTAGE + 30;
    private static final int RECOVERED = OUTAGE_END + 60;
    private static final int USES = 10;
    private static final int USED_OF_TEN = 3;
    private static final List<String> REGISTRATIONS = List.of("google", "meta", "x", "strava", "linkedin");

    private final ManualClock clock = ManualClock.start();
    private final TokenStore store = new InMemoryTokenStore(clock);
    private final AtomicReference<String> late = new AtomicReference<>("");
    private final AtomicInteger lateCalls = new AtomicInteger();
    private final LossyProvider google = provider("google", RefreshModel.STATIC, Duration.ofHours(1));
    private final LossyProvider meta = provider("meta", RefreshModel.EXTENDING, Duration.ofDays(60));
    private final LossyProvider x = provider("x", RefreshModel.ROTATING, Duration.ofHours(2));
    private final LossyProvider strava = provider("strava", RefreshModel.ROTATING, Duration.ofHours(6));
    private final LossyProvider linkedin = provider("linkedin", RefreshModel.STATIC, Duration.ofDays(60));
    private final List<LossyProvider> providers = List.of(google, meta, x, strava, linkedin);
    private final Tokens tokens = tokens();
    private volatile boolean steady = true;

    @AfterEach
    void close() {
        tokens.close();
        store.close();
    }

    @Test
    @Fault({"J1", "J13"})
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void sixHoursLoseNothingButLostResponsesAndNoAccountWaitsLong() {
        connect();
        BackgroundRefresh background = BackgroundRefresh.builder(tokens)
                .ratePerMinute(ACCOUNTS)
                .maxConcurrent(64)
                .auditReads(1)
                .build();
        for (int step = 0; step < STEPS; step++) {
            google.down(step >= OUTAGE && step < OUTAGE_END);
            steady = step < OUTAGE || step >= RECOVERED;
            if (step % USES == 0) {
                use(step >= OUTAGE && step < RECOVERED);
            }
            SweepReport unused = background.runOnce(clock.now().plusMillis(1));
            clock.advance(STEP);
        }

        assertThat(lateCalls).as(late.get()).hasValue(0);
        keys().forEach(this::assertNothingIsLost);
        assertThat(used().filter(key -> !isFresh(record(key)) && !of(key).hasLost(key)))
                .as("not recovered")
                .isEmpty();
        log.info(
                "{} accounts: {} refreshes, {} lost responses, {} accounts need their user",
                ACCOUNTS,
                providers.stream().mapToInt(LossyProvider::calls).sum(),
                providers.stream().mapToInt(LossyProvider::lostResponses).sum(),
                keys().filter(this::needsItsUser).count());
    }

    private void connect() {
        for (int first = 0; first < ACCOUNTS; first += BATCH) {
            Map<TokenKey, TokenSet> rows = new LinkedHashMap<>();
            IntStream.range(first, first + BATCH).forEach(n -> rows.put(key(n), of(n).consent(n, left(n))));
            assertThat(tokens.connectAll(rows)).hasSize(BATCH);
        }
    }

    private void assertNothingIsLost(TokenKey key) {
        TokenRecord record = record(key);
        if (needsItsUser(key) && !of(key).hasLost(key)) {
            throw new AssertionError(key + " needs its user");
        }
        if (record.generation() != 1 + of(key).received(key)) {
            throw new AssertionError(key + " has not all tokens: " + record);
        }
    }

    private boolean needsItsUser(TokenKey key) {
        return record(key).health().state() == ConnectionState.NEEDS_REAUTH;
    }

    private boolean isFresh(TokenRecord record) {
        return record.lifetime().schedule().expiresAt().isAfter(clock.now());
    }

    /** Records an account that was due for more than half of the time before its token expires. */
    private void called(TokenKey key) {
        Instant now = clock.now();
        TokenRecord record = record(key);
        Schedule schedule = record.lifetime().schedule();
        Duration allowed =
                Duration.between(schedule.refreshAt(), schedule.expiresAt()).dividedBy(2);
        Duration overdue = Duration.between(record.dueAt().orElse(now), now);
        boolean isUncertain = of(key).hasLost(key);
        if (steady && isUsed(key) && !isUncertain && overdue.compareTo(allowed) > 0) {
            lateCalls.incrementAndGet();
            late.set(key + " was due for " + overdue + ", of " + allowed);
        }
    }

    private void use(boolean afterOutage) {
        used().forEach(key -> {
            try {
                AccessToken unused = tokens.accessToken(key);
            } catch (TokenException e) {
                assertThat(afterOutage || of(key).hasLost(key))
                        .as("%s", e.getMessage())
                        .isTrue();
            }
        });
    }

    // ---- accounts and providers

    private Stream<TokenKey> keys() {
        return IntStream.range(0, ACCOUNTS).mapToObj(VirtualServiceTest::key);
    }

    private Stream<TokenKey> used() {
        return IntStream.range(0, ACCOUNTS).filter(VirtualServiceTest::isUsed).mapToObj(VirtualServiceTest::key);
    }

    private TokenRecord record(TokenKey key) {
        return store.load(key).orElseThrow();
    }

    /** Of 20 accounts in a row 8 are of Google, 4 of Meta, 3 of X, 2 of Strava and 3 of LinkedIn. */
    private static TokenKey key(int number) {
        return TokenKey.of(REGISTRATIONS.get(provider(number)), Integer.toString(number));
    }

    private static int provider(int number) {
        int place = number % 20;
        return place < 8 ? 0 : place < 12 ? 1 : place < 15 ? 2 : place < 17 ? 3 : 4;
    }

    private static boolean isUsed(int number) {
        return number / 20 % 10 < USED_OF_TEN;
    }

    private static boolean isUsed(TokenKey key) {
        return isUsed(Integer.parseInt(key.account()));
    }

    private LossyProvider of(int number) {
        return providers.get(provider(number));
    }

    private LossyProvider of(TokenKey key) {
        return of(Integer.parseInt(key.account()));
    }

    /** Returns the part of its lifetime that the first token of an account has left: some of the long ones are due. */
    private static double left(int number) {
        return 1 - number % 997 / 997.0 * 0.73;
    }

    private LossyProvider provider(String id, RefreshModel model, Duration lifetime) {
        return new LossyProvider(id, model, lifetime, ACCOUNTS, clock, this::called);
    }

    private Tokens tokens() {
        ClientRegistration client = ClientRegistration.builder("client-1")
                .clientSecret(TestTokens.clientSecret())
                .build();
        var builder = Tokens.builder()
                .namespace("house")
                .store(store)
                .timekeeper(clock)
                .withoutJournal()
                .cacheSize(ACCOUNTS * 2 / 5);
        for (LossyProvider provider : providers) {
            builder = builder.provider(provider).client(provider.id(), client);
        }
        return builder.build();
    }
}
