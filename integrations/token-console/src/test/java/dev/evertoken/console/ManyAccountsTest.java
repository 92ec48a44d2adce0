package dev.evertoken.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.TestTokens;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A console over ten thousand accounts. */
class ManyAccountsTest {

    private static final int ACCOUNTS = 10_000;
    private static final long MOST_BYTES = 16L << 20;

    private static final ConsoleFixture FIXTURE = ConsoleFixture.start();

    @BeforeAll
    static void connect() {
        FIXTURE.open();
        try (Stream<?> results = FIXTURE.tokens.connectAll(rows())) {
            assertThat(results.count()).isEqualTo(ACCOUNTS);
        }
    }

    @AfterAll
    static void close() {
        FIXTURE.close();
    }

    private static Stream<Map.Entry<TokenKey, TokenSet>> rows() {
        return IntStream.range(0, ACCOUNTS)
                .mapToObj(number -> Map.entry(
                        TokenKey.of("google", "user-%05d@example.com".formatted(number)),
                        TokenSet.builder(TestTokens.access())
                                .refreshToken(TestTokens.refresh())
                                .issuedAt(FIXTURE.clock.now())
                                .expiresAt(FIXTURE.clock.now().plus(Duration.ofHours(1)))
                                .build()));
    }

    @Test
    @Fault("Q8")
    void theAccountsOfAConsoleTakeLessThan16MegabytesHoweverOftenTheyAreRead() {
        ConsoleHandler handler = Console.builder(FIXTURE.tokens).handler("");
        long before = usedHeap();
        for (int reading = 0; reading < 3; reading++) {
            FIXTURE.clock.advance(Snapshots.EVERY);
            assertThat(accounts(handler)).contains("\"total\":10000");
        }
        long used = usedHeap() - before;

        assertThat(used).as("bytes of the accounts in memory").isLessThan(MOST_BYTES);
        assertThat(accounts(handler)).as("the handler is in use until here").contains("\"total\":10000");
    }

    private static String accounts(ConsoleHandler handler) {
        ConsoleRequest request =
                ConsoleRequest.of("GET", "/api/accounts", Map.of("Host", List.of("localhost")), new byte[0]);
        return new String(handler.handle(request, ConsoleUser.of("carla")).body(), StandardCharsets.UTF_8);
    }

    @Test
    @Fault("Q8")
    void aPageOfTheListIsSmallWhateverTheNumberOfAccountsIs() {
        assertThat(FIXTURE.json("api/accounts")).contains("\"pages\":200").hasSizeLessThan(40_000);
        assertThat(FIXTURE.json("api/accounts?size=200")).hasSizeLessThan(160_000);
        assertThat(FIXTURE.json("api/overview")).hasSizeLessThan(20_000);
    }

    @Test
    @Fault("Q8")
    void aSearchLooksAtAllAccountsAndTheReadingOfTheStoreIsNotRepeated() {
        assertThat(FIXTURE.json("api/accounts?q=09999")).contains("\"total\":1");
        assertThat(FIXTURE.json("api/accounts?q=user-099")).contains("\"total\":100");
        assertThat(FIXTURE.json("api/accounts?sort=-account&size=1")).contains("user-09999@example.com");
    }

    @Test
    @Fault("Q8")
    void theEventsOfManyAccountsAreBounded() {
        ConsoleEvents events = ConsoleEvents.create();
        for (int number = 0; number < ConsoleEvents.IN_TOTAL + 500; number++) {
            events.on(event("user-" + number));
        }
        for (int number = 0; number < 150; number++) {
            events.on(event("busy"));
        }

        assertThat(events.of(TokenKey.of("google", "user-0"))).isEmpty();
        assertThat(events.of(TokenKey.of("google", "user-20499"))).hasSize(1);
        assertThat(events.of(TokenKey.of("google", "busy"))).hasSize(ConsoleEvents.PER_ACCOUNT);
    }

    private static TokenEvent event(String account) {
        return new TokenEvent.Disconnected(TokenKey.of("google", account), FIXTURE.clock.now(), Optional.empty());
    }

    private static long usedHeap() {
        ManagementFactory.getMemoryMXBean().gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
