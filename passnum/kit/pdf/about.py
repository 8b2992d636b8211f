"""What a file says of itself: document information and its XMP twin (ISO 16684-1)."""

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape as escape_xml

from passnum.kit.pdf.writer import escape

PRODUCER: Final = "Pass numérique (ReportLab)"


@dataclass(frozen=True, slots=True)
class About:
    """Title, author and subject; no date, so that the same content makes the same bytes."""

    title: str
    author: str = ""
    subject: str = ""
    language: str = "fr-FR"
    prints_at_scale: bool = False
    """Ask the reader not to shrink the page when printing: cuts and codes keep their size."""

    def information(self) -> str:
        """Return the document information dictionary."""
        entries = {"Title": self.title, "Author": self.author, "Subject": self.subject, "Producer": PRODUCER}
        return f"<<{''.join(f'/{name}{escape(value)}' for name, value in entries.items() if value)}>>"

    def packet(self) -> bytes:
        """Return the XMP packet."""
        title = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape_xml(self.title)}</rdf:li></rdf:Alt>'
        author = f"<dc:creator><rdf:Seq><rdf:li>{escape_xml(self.author)}</rdf:li></rdf:Seq></dc:creator>"
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">'
            f"<dc:title>{title}</dc:title>"
            f"<dc:language><rdf:Bag><rdf:li>{self.language}</rdf:li></rdf:Bag></dc:language>"
            f"{author if self.author else ''}<pdf:Producer>{PRODUCER}</pdf:Producer>"
            '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
        ).encode()
