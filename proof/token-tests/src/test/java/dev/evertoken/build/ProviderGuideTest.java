package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.provider.AuthorizationFlow.Pkce;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every provider has a page in the guide, whose endpoints and capabilities match the code. */
class ProviderGuideTest {

    private static final Path GUIDE = Path.of(System.getProperty("basedir", "."), "..", "..", "docs", "providers");

    static Stream<Provider> providers() {
        return ServiceLoader.load(Provider.class).stream().map(ServiceLoader.Provider::get);
    }

    @ParameterizedTest
    @MethodSource("providers")
    void allPagesHaveTheSameHeadings(Provider provider) {
        List<String> headings = page(provider.id())
                .lines()
                .filter(line -> line.startsWith("## ") && !line.equals("## Settings"))
                .toList();

        assertThat(headings)
                .containsExactly(
                        "## Console settings",
                        "## Scopes",
                        "## Invalidation of tokens",
                        "## Behavior of Evertoken",
                        "## User actions");
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aPageHasTheModelAndTheEndpointOfTheProvider(Provider provider) {
        ProviderProfile profile = provider.profile();
        String page = page(provider.id());

        assertThat(cell(page, "Refresh model"))
                .startsWith("`" + profile.refreshModel().name() + "`");
        boolean refreshes = profile.refreshModel() != RefreshModel.NON_EXPIRING
                && profile.endpoints().address(EndpointKind.REFRESH).isPresent();
        EndpointKind kind = refreshes ? EndpointKind.REFRESH : EndpointKind.EXCHANGE;
        URI endpoint = profile.endpoints().address(kind).orElseThrow();
        assertThat(cell(page, "Token endpoint")).startsWith("`" + endpoint + "`");
        assertThat(read("README.md"))
                .contains("| [`" + provider.id() + "`](" + provider.id() + ".md) | `" + profile.refreshModel() + "` |");
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aPageHasTheCapabilitiesOfTheProvider(Provider provider) {
        String page = page(provider.id());
        boolean usesPkce = provider.authorizationFlow()
                .filter(flow -> flow.pkce() == Pkce.S256)
                .isPresent();

        assertThat(cell(page, "PKCE").startsWith("none")).isEqualTo(!usesPkce);
        assertThat(Stream.of(cell(page, "Validate, revoke, client credentials").split(", "))
                        .map(word -> !word.startsWith("none")))
                .containsExactly(
                        provider.validator().isPresent(),
                        provider.revoker().isPresent(),
                        provider.clientCredentialsGrant().isPresent());
    }

    private static String cell(String page, String row) {
        return page.lines()
                .filter(line -> line.startsWith("| " + row + " |"))
                .findFirst()
                .map(line -> line.substring(row.length() + 5, line.length() - 2))
                .orElseThrow(() -> new AssertionError("no row \"" + row + "\""));
    }

    private static String page(String id) {
        return read(id + ".md");
    }

    private static String read(String file) {
        try {
            return Files.readString(GUIDE.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
