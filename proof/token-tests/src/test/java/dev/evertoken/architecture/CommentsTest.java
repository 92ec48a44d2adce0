package dev.evertoken.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Documentation and annotations that every source file must have. */
class CommentsTest {
    /** A separate sentence before the block tags; only its first words are fixed. */
    private static final Pattern THREAD_SAFETY_SENTENCE = Pattern.compile(
            "(^|[.!?;:] )(Immutable|Thread-safe|Not thread-safe|Implementations are thread-safe)\\b[^.]*\\.( |$)");

    @Test
    void everyPublicTypeDocumentsItsThreadSafety() throws IOException {
        assertThat(withoutThreadSafetySentence(MainCode.sourceFiles())).isEmpty();
    }

    @Test
    void aTypeThatDoesNotDocumentItIsReported() throws IOException {
        assertThat(withoutThreadSafetySentence(offenders()))
                .containsExactlyInAnyOrder(
                        "SaysNothingAboutThreads.java",
                        "OnlyMentionsThreads.java",
                        "SaysItInAnExampleOnly.java",
                        "HasNoComment.java");
    }

    @Test
    void everyPackageIsNullMarked() throws IOException {
        assertThat(packagesNotNullMarked(MainCode.sourceFiles())).isEmpty();
    }

    @Test
    void aPackageThatIsNotNullMarkedIsReported() throws IOException {
        assertThat(packagesNotNullMarked(offenders()))
                .contains("dev.evertoken.architecture.offenders.unmarked")
                .doesNotContain("dev.evertoken.architecture.offenders.marked");
    }

    private static List<String> withoutThreadSafetySentence(List<Path> files) throws IOException {
        List<String> found = new ArrayList<>();
        try (Sources sources = new Sources(files)) {
            for (CompilationUnitTree unit : sources.units) {
                for (Tree type : unit.getTypeDecls()) {
                    if (type instanceof ClassTree declared
                            && declared.getModifiers().getFlags().contains(Modifier.PUBLIC)
                            && !statesThreadSafety(sources.commentOf(unit, declared))) {
                        found.add(fileName(unit));
                    }
                }
            }
        }
        return found;
    }

    private static boolean statesThreadSafety(String comment) {
        String description = comment.split("(?m)^\\s*@", 2)[0];
        String withoutCode = description.replaceAll("(?s)<pre>.*?</pre>", " ");
        String prose = withoutCode.replaceAll("(<[^>]+>|\\s)+", " ").strip();
        return THREAD_SAFETY_SENTENCE.matcher(prose).find();
    }

    private static Set<String> packagesNotNullMarked(List<Path> files) throws IOException {
        try (Sources sources = new Sources(files)) {
            Set<String> marked = sources.units.stream()
                    .filter(unit -> fileName(unit).equals("package-info.java"))
                    .filter(unit ->
                            unit.getPackage().getAnnotations().toString().contains("@NullMarked"))
                    .map(CommentsTest::packageName)
                    .collect(Collectors.toSet());
            return sources.units.stream()
                    .map(CommentsTest::packageName)
                    .filter(name -> !marked.contains(name))
                    .collect(Collectors.toSet());
        }
    }

    private static List<Path> offenders() {
        return MainCode.filesBelow(
                MainCode.thisModule().resolve("src/test/java/dev/evertoken/architecture/offenders"), ".java");
    }

    private static String fileName(CompilationUnitTree unit) {
        return Path.of(unit.getSourceFile().toUri()).getFileName().toString();
    }

    private static String packageName(CompilationUnitTree unit) {
        return unit.getPackageName().toString();
    }

    /** Parsed source files: syntax and comments, without resolved types. */
    private static final class Sources implements AutoCloseable {
        private final StandardJavaFileManager files;
        private final DocTrees comments;
        private final List<CompilationUnitTree> units = new ArrayList<>();

        Sources(List<Path> paths) throws IOException {
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            files = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(paths));
            comments = DocTrees.instance(task);
            task.parse().forEach(units::add);
            assertThat(units).as("parsed source files").hasSameSizeAs(paths);
        }

        String commentOf(CompilationUnitTree unit, ClassTree type) {
            String comment = comments.getDocComment(TreePath.getPath(unit, type));
            return comment == null ? "" : comment;
        }

        @Override
        public void close() throws IOException {
            files.close();
        }
    }
}
