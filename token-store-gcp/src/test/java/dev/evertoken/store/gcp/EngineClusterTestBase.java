package dev.evertoken.store.gcp;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.testing.EngineCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with its own service and cluster, and one process; {@code google} does not rotate. */
abstract class EngineClusterTestBase {

    static final TokenKey GINA = TokenKey.of("google", "gina");

    @TempDir
    Path folder;

    final FakeSecretManager service = FakeSecretManager.start();
    private final SecretStoreFixture storeFixture = new SecretStoreFixture(FakeStoreFixture.SHORT_TIMEOUT);
    Path journal;
    EngineCluster cluster;
    Tokens here;

    @BeforeEach
    void open() {
        journal = folder.resolve("responses");
        cluster = EngineCluster.over(storeFixture, journal);
        here = tokens();
    }

    @AfterEach
    void close() throws Exception {
        cluster.close();
        storeFixture.close();
        service.close();
    }

    Tokens tokens() {
        return tokens(UnaryOperator.identity());
    }

    /** Opens tokens like another process of the same application. */
    Tokens tokens(UnaryOperator<TokensBuilder> more) {
        return cluster.tokens(
                service.endpoint(),
                builder -> more.apply(builder.client(
                                "google", cluster.providers().google().registration())
                        .endpoints("google", cluster.providers().google().endpoints())));
    }

    void connectExpiredGina() {
        here.connect(GINA, EngineCluster.expired(cluster.providers().google().consent("gina")));
    }

    /** Returns the number of calls to the service by their names. */
    Map<String, Integer> counts() {
        return service.counts();
    }
}
