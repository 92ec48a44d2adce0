package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/** docs/api.md lists every public top-level type of the published modules, with the reason why it is public. */
class ApiListTest {

    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\|(.*)\\|");
    private static final String PACKAGE = "### ";
    private static final String MODULE = "## ";

    @Test
    void theListContainsExactlyThePublicTypes() throws IOException {
        List<String> page = Files.readAllLines(Checkout.ROOT.resolve("docs/api.md"));

        assertThat(differences(listed(page), published())).isEmpty();
    }

    @Test
    void everyTypeHasAReasonOfOneSentence() throws IOException {
        assertThat(listed(Files.readAllLines(Checkout.ROOT.resolve("docs/api.md")))
                        .values())
                .isNotEmpty()
                .allMatch(reason -> reason.matches("[A-Z`].*\\."), "one sentence");
    }

    @Test
    void aTypeThatIsMissingOnEitherSideIsReported() {
        SortedMap<String, String> listed = listed(List.of(
                "## token-core",
                "### dev.evertoken.model",
                "| Type | Public because |",
                "|---|---|",
                "| `Secret` | Applications use it. |",
                "| `Removed` | Applications used it. |"));
        SortedMap<String, String> published = new TreeMap<>();
        published.put("dev.evertoken.model.Secret", "token-core");
        published.put("dev.evertoken.model.Added", "token-core");

        assertThat(differences(listed, published))
                .containsExactly(
                        "dev.evertoken.model.Added of token-core is public and not listed",
                        "dev.evertoken.model.Removed is listed and not public");
    }

    @Test
    void internalAndNestedTypesAreNotListed() {
        assertThat(published().keySet())
                .contains("dev.evertoken.Tokens", "dev.evertoken.testing.MockProvider")
                .noneMatch(name -> name.contains(".internal.") || name.contains("$"));
    }

    private static List<String> differences(SortedMap<String, String> listed, SortedMap<String, String> published) {
        List<String> differences = new ArrayList<>();
        published.forEach((type, module) -> {
            if (!listed.containsKey(type)) {
                differences.add(type + " of " + module + " is public and not listed");
            }
        });
        listed.keySet().stream()
                .filter(type -> !published.containsKey(type))
                .forEach(type -> differences.add(type + " is listed and not public"));
        return differences;
    }

    /** Returns the listed types with their reasons. */
    private static SortedMap<String, String> listed(List<String> page) {
        SortedMap<String, String> listed = new TreeMap<>();
        String current = "";
        for (String line : page) {
            Matcher row = ROW.matcher(line);
            if (line.startsWith(PACKAGE)) {
                current = line.substring(PACKAGE.length()).strip();
            } else if (line.startsWith(MODULE)) {
                current = "";
            } else if (row.matches()) {
                listed.put(current + "." + row.group(1), row.group(2).strip());
            }
        }
        return listed;
    }

    /** Returns the public top-level types with their modules. */
    private static SortedMap<String, String> published() {
        SortedMap<String, String> published = new TreeMap<>();
        for (Path module : publishedModules()) {
            for (Path file : Checkout.classFiles(module)) {
                ClassReader type = reader(file);
                boolean visible = (type.getAccess() & Opcodes.ACC_PUBLIC) != 0;
                String name = type.getClassName().replace('/', '.');
                if (visible && !name.contains("$") && !name.contains(".internal.")) {
                    published.put(name, module.getFileName().toString());
                }
            }
        }
        return published;
    }

    /** Returns the published modules; the other modules are in proof/ and examples/. */
    private static List<Path> publishedModules() {
        return Stream.of(Checkout.ROOT, Checkout.ROOT.resolve("integrations"))
                .filter(Files::isDirectory)
                .flatMap(ApiListTest::folders)
                .filter(folder -> folder.getFileName().toString().startsWith("token-"))
                .toList();
    }

    private static Stream<Path> folders(Path parent) {
        try (Stream<Path> folders = Files.list(parent)) {
            return folders.filter(Files::isDirectory).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassReader reader(Path file) {
        try {
            return new ClassReader(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
