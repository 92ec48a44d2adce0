package dev.evertoken.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.evertoken.spi.provider.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The providers of the catalogue are found under their ids, described, and documented. */
class CatalogueTest {

    @Test
    void everyDescriptionIsAProviderOfTheServiceLoader() {
        List<String> found = ServiceLoader.load(Provider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(CataloguedProvider.class::isInstance)
                .map(Provider::id)
                .sorted()
                .toList();

        assertThat(found).isEqualTo(Catalogue.ids());
    }

    @ParameterizedTest
    @MethodSource("dev.evertoken.catalogue.Catalogue#ids")
    void aDescriptionHasTheIdOfItsProvider(String id) {
        assertThat(Catalogue.description(id).id()).isEqualTo(id);
    }

    @ParameterizedTest
    @MethodSource("dev.evertoken.catalogue.Catalogue#ids")
    void aProviderHasAPageAndARowInTheListOfProviders(String id) throws IOException {
        Path pages = Path.of("../docs/providers");
        String list = Files.readString(pages.resolve("README.md"));

        assertThat(list).containsPattern("\\[`" + id + "`]\\([a-z-]+\\.md\\)");
        String page = list.replaceFirst("(?s).*\\[`" + id + "`]\\(([a-z-]+\\.md)\\).*", "$1");
        assertThat(Files.readString(pages.resolve(page))).contains("`" + id + "`");
    }

    @Test
    void anUnknownIdIsRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalogue.description("gitlab"))
                .withMessageStartingWith("\"gitlab\" is not in the catalogue, which has [ebay, fitbit, ");
    }
}
