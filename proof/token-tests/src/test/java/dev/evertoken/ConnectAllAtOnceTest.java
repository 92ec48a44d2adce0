package dev.evertoken;

import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.ConnectResult.Outcome;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Importing many accounts into stores that write several of them at the same time. */
class ConnectAllAtOnceTest {

    private final MockProviders providers = MockProviders.start();
    private final MockProvider acme = providers.rotating();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        providers.close();
    }

    private Tokens over(TokenStore store) {
        return Tokens.builder()
                .namespace("crm")
                .store(store)
                .withoutJournal()
                .provider(ConsentFixture.acme(acme).build())
                .client("acme", acme.registration())
                .endpoints("acme", acme.endpoints())
                .build();
    }

    private Stream<Map.Entry<TokenKey, TokenSet>> rows(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> Map.entry(TokenKey.of("acme", "account-" + n), acme.consent("account-" + n)));
    }

    @Test
    @Fault("P2")
    void everyAccountIsInItsFileWhenItsResultIsThere() {
        try (FileTokenStore files = FileTokenStore.open(folder, "crm");
                Tokens tokens = over(files);
                Stream<ConnectResult> results = tokens.connectAll(rows(100))) {
            assertThat(files.concurrentWrites()).isGreaterThan(1);

            assertThat(results.filter(result -> files.load(result.key()).isPresent())
                            .map(result -> result.key().account()))
                    .isEqualTo(IntStream.range(0, 100)
                            .mapToObj(n -> "account-" + n)
                            .toList());
        }
    }

    @Test
    @Fault("P2")
    void aRowThatTheStoreDoesNotAcceptDoesNotAffectTheRowsConnectedWithIt() {
        FaultyStore faulty = FaultyStore.over(concurrent());
        faulty.next(COMPARE_AND_SET)
                .where(record -> record.key().account().equals("account-7"))
                .times(3)
                .failBefore();
        try (Tokens tokens = over(faulty)) {
            List<ConnectResult> results = tokens.connectAll(rows(20)).toList();

            assertThat(results)
                    .filteredOn(result -> result.outcome() == Outcome.FAILED)
                    .extracting(result -> result.key().account())
                    .containsExactly("account-7");
            assertThat(results).hasSize(20);
        }
    }

    @Test
    @Fault("P2")
    void aRowThatHangsDelaysNoTokenOfAnotherAccount() throws Exception {
        FaultyStore faulty = FaultyStore.over(concurrent());
        Checkpoint hanging = faulty.next(COMPARE_AND_SET)
                .where(record -> record.key().account().equals("account-1"))
                .holdBefore();
        try (Tokens tokens = over(faulty);
                Stream<ConnectResult> results = tokens.connectAll(rows(20))) {
            Iterator<ConnectResult> read = results.iterator();
            TokenKey first = read.next().key();
            hanging.awaitArrived();

            assertThat(tokens.replace(first, tokens.accessToken(first)).generation())
                    .isEqualTo(2);

            hanging.release();
            assertThat(read).toIterable().hasSize(19);
        }
    }

    private static TokenStore concurrent() {
        return new ForwardingTokenStore(new InMemoryTokenStore()) {
            @Override
            public int concurrentWrites() {
                return 4;
            }
        };
    }
}
