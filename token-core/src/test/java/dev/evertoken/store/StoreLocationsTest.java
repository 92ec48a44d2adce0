package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.StoreContext;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStoreFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stores are opened by the location in an application's settings. */
class StoreLocationsTest {

    private static final Map<String, TokenStoreFactory> FACTORIES = ServiceLoader.load(TokenStoreFactory.class).stream()
            .map(ServiceLoader.Provider::get)
            .collect(Collectors.toMap(TokenStoreFactory::scheme, Function.identity()));

    private final StoreContext context = new StoreContext("crm", "test", Timekeeper.system());

    @TempDir
    private Path folder;

    @Test
    void memoryAndFileAreFoundByTheirScheme() throws IOException {
        try (TokenStore memory = FACTORIES.get("memory").open("memory:", context);
                TokenStore file = FACTORIES.get("file").open("file:" + folder.resolve("a"), context);
                TokenStore slashes = FACTORIES.get("file").open("file://" + folder.resolve("a"), context)) {
            assertThat(memory).isInstanceOf(InMemoryTokenStore.class);
            assertThat(file).isInstanceOf(FileTokenStore.class);
            assertThat(((FileTokenStore) file).folder())
                    .isEqualTo(folder.resolve("a").toRealPath())
                    .isEqualTo(((FileTokenStore) slashes).folder());
            assertThat(file.now()).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file:           | contains no directory; write file:./tokens or file:/var/lib/app/tokens",
                "file://nas/x    | contains a host; write file:/path or file:///path",
                "file:~/tokens   | begins with ~, which only a shell expands; write the full path",
                "tokens          | does not begin with file:"
            })
    void aLocationWithoutAUsablePathIsRejectedWithACorrection(String location, String why) {
        assertThatThrownBy(() -> FACTORIES.get("file").open(location, context))
                .isInstanceOfSatisfying(
                        TokenStoreException.class, e -> assertThat(e.problem()).isEqualTo(Problem.STORE_REFUSED))
                .hasMessage("store location \"" + location + "\" " + why);
    }

    @Test
    void aStoreInMemoryHasNoName() {
        assertThatThrownBy(() -> FACTORIES.get("memory").open("memory:shared", context))
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("store location \"memory:shared\": an in-memory store has no name; write \"memory:\"");
    }
}
