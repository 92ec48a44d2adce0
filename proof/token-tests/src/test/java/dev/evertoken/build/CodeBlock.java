package dev.evertoken.build;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A code block of the README, CONTRIBUTING or a guide.
 *
 * @param language the word behind the fence; empty if there is none
 */
record CodeBlock(String document, String language, String text) {

    static final Pattern FENCE = Pattern.compile("^( *)```(\\w*)\n(.*?)^\\1```$", Pattern.DOTALL | Pattern.MULTILINE);

    /** Returns the documents that a user reads. */
    static List<String> documents() {
        return Stream.concat(
                        Stream.of(
                                "README.md",
                                "CONTRIBUTING.md",
                                "SECURITY.md",
                                "examples/README.md",
                                "proof/benchmarks/README.md"),
                        Checkout.files("docs", ".md").stream())
                .toList();
    }

    static List<CodeBlock> all() {
        return documents().stream().flatMap(CodeBlock::in).toList();
    }

    static Stream<CodeBlock> in(String document) {
        return FENCE.matcher(Checkout.read(document))
                .results()
                .map(fence -> new CodeBlock(document, fence.group(2), fence.group(3)));
    }
}
