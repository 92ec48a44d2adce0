package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins on the class path that conflict, fail to load, or are missing. */
class BadPluginsTest {

    @TempDir
    private Path folder;

    private final ProvidersFixture providers = new ProvidersFixture();
    private final ClassLoader usual = Thread.currentThread().getContextClassLoader();

    @AfterEach
    void close() {
        Thread.currentThread().setContextClassLoader(usual);
        providers.close();
    }

    /** Writes lines to a {@code META-INF/services} file that the next builder finds. */
    private void onTheClassPath(Class<?> type, String... lines) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(services.resolve(type.getName()), Arrays.asList(lines));
        URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, usual);
        Thread.currentThread().setContextClassLoader(loader);
    }

    private TokensBuilder withClient(String provider) {
        return providers
                .builder()
                .store("memory:")
                .client(provider, providers.providers.google().registration());
    }

    @Test
    void twoProvidersWithOneIdAreBothNamed() throws IOException {
        onTheClassPath(Provider.class, Twin.class.getName(), OtherTwin.class.getName());
        assertThatThrownBy(() -> withClient("twin").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("more than one provider claims \"twin\": " + Twin.class.getName() + ", "
                        + OtherTwin.class.getName() + "; remove one or pass the right one to the builder");
    }

    @Test
    void aProviderPassedToTheBuilderResolvesTheConflict() throws IOException {
        onTheClassPath(Provider.class, Twin.class.getName(), OtherTwin.class.getName());
        Tokens tokens = providers.open(withClient("twin").provider(new OtherTwin()));
        assertThat(tokens.toString()).contains("twin=twin by " + OtherTwin.class.getName());
    }

    @Test
    void aConflictAffectsOnlyClientsWithThatProviderId() throws IOException {
        onTheClassPath(Provider.class, Twin.class.getName(), OtherTwin.class.getName());
        providers.inMemory();
    }

    @Test
    void brokenPluginsDoNotAffectOtherProviders() throws IOException {
        onTheClassPath(
                Provider.class,
                Throwing.class.getName(),
                MissingADependency.class.getName(),
                NamelessTwin.class.getName(),
                "com.example.removed.Provider",
                String.class.getName(),
                Twin.class.getName());
        Tokens tokens = providers.open(withClient("twin"));
        assertThat(tokens.toString()).contains("twin=twin by " + Twin.class.getName());
    }

    @Test
    void theErrorForAMissingProviderNamesThePluginsThatCouldNotBeLoaded() throws IOException {
        List<Class<?>> broken = List.of(Throwing.class, MissingADependency.class, NamelessTwin.class);
        onTheClassPath(
                Provider.class,
                Throwing.class.getName(),
                MissingADependency.class.getName(),
                NamelessTwin.class.getName(),
                "com.example.removed.Provider");
        assertThatThrownBy(() -> withClient("broken").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no provider \"broken\" on the class path; found [")
                .hasMessageContainingAll(broken.stream().map(Class::getName).toArray(String[]::new))
                .hasMessageContaining("com.example.removed.Provider")
                .hasMessageEndingWith("; for any other server, describe it with OAuth2Provider.builder(\"broken\")"
                        + " and pass it to provider(…)");
    }

    /** A provider that claims the id {@code twin}. Stateless. */
    public static class Twin implements Provider {
        @Override
        public String id() {
            return "twin";
        }

        @Override
        public ProviderProfile profile() {
            return ProviderProfile.builder(RefreshModel.STATIC).build();
        }

        @Override
        public Refresher refresher() {
            return request -> {
                throw new IllegalStateException("no refresh is expected");
            };
        }
    }

    /** Claims the same id. Stateless. */
    public static final class OtherTwin extends Twin {}

    /** Cannot be instantiated. Stateless. */
    public static final class Throwing extends Twin {
        public Throwing() {
            throw new IllegalStateException("this provider has no configuration");
        }
    }

    /** Needs a class that is not on the class path. Stateless. */
    public static final class MissingADependency extends Twin {
        public MissingADependency() {
            throw new NoClassDefFoundError("com/example/http/Client");
        }
    }

    /** Throws an exception instead of returning its id. Stateless. */
    public static final class NamelessTwin extends Twin {
        @Override
        public String id() {
            throw new IllegalStateException("no name yet");
        }
    }
}
