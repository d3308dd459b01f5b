"""The products of the demonstration, and the pages that stand for their courses on a learning platform."""

from dataclasses import dataclass

PATH = "/demo/courses"


@dataclass(frozen=True, kw_only=True)
class DemoCourse:
    """A product of the demonstration; `slug` ends the address of its page."""

    slug: str
    name: str
    kind: str
    flex: bool
    seats: int

    @property
    def path(self) -> str:
        """The path of the page at the local stack's origin."""
        return f"{PATH}/{self.slug}"


COURSES = (
    DemoCourse(slug="first-aid", name="First Aid at Work", kind="course", flex=False, seats=25),
    DemoCourse(
        slug="data-protection",
        name="Data Protection, with Exam",
        kind="course_exam_bundle",
        flex=True,
        seats=5,
    ),
    DemoCourse(slug="languages", name="Language Library", kind="subscription", flex=False, seats=100),
    DemoCourse(slug="leadership", name="Leadership Library", kind="subscription", flex=True, seats=100),
)
BY_SLUG = {course.slug: course for course in COURSES}
